/** What becomes of a tool call: the row that keeps it, the answer that an agent reads, and the same answer out of the row again. */
import canonicalize from 'canonicalize';
import type { LedgerAnswer, LedgerCall } from '../agents/tools.ts';
import type { Answered } from '../domain/derived.ts';
import { fileTools } from '../domain/file-tools.ts';
import { sha256Hex, type ToolResult } from '../mcp/result.ts';
import { stateDelta } from '../progress/makers.ts';
import type { CompletedCall, ToolCallRow } from '../store/ledger.ts';
import { keptBlocks } from './kept-blocks.ts';

/** What a retry looks a call up by: the tool and its arguments, whatever their order. */
export const callKey = ({ tool, args }: LedgerCall): string => sha256Hex(Buffer.from(canonicalize([tool, args]) ?? ''));

export const completed = (row: ToolCallRow | undefined): ToolCallRow | null =>
  row === undefined || row.status === 'started' ? null : row;

export function replayed(row: ToolCallRow, contents: ReadonlyMap<string, Uint8Array>): LedgerAnswer {
  if (row.status === 'error') return { status: 'error', toolCallId: row.id, reason: row.error ?? 'the tool refused' };
  const blocks = row.blobs.map(({ sha256, truncated }) => ({ sha256, truncated, text: decoded(contents.get(sha256)) }));
  return { status: 'ok', toolCallId: row.id, blocks };
}

const decoded = (bytes: Uint8Array | undefined): string =>
  bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

interface Timed {
  readonly result: ToolResult;
  readonly durationMs: number;
}

export async function timed(call: () => Promise<ToolResult>): Promise<Timed> {
  const from = performance.now();
  const result = await call();
  return { result, durationMs: Math.round(performance.now() - from) };
}

type Started = Answered & { readonly id: string; readonly callKey: string };

export function completedCall(call: Started, { result, durationMs }: Timed) {
  const { id, callKey: key } = call;
  const kept = keptBlocks(call, result);
  const blocks = kept.map(({ sha256, truncated, content }) => ({ sha256, truncated, text: decoded(content) }));
  const { reason } = result;
  const status = reason === null ? ('ok' as const) : ('error' as const);
  const row: CompletedCall = {
    id,
    status,
    error: reason,
    durationMs,
    resultSha256: result.sha256,
    blobs: kept,
  };
  const bytes = result.blocks.reduce((sum, block) => sum + block.bytes.byteLength, 0);
  const answer: LedgerAnswer =
    reason === null ? { status: 'ok', toolCallId: id, blocks } : { status: 'error', toolCallId: id, reason };
  return { key, row, answer, shown: { id, status, durationMs, bytes } };
}

export function counted(results: readonly CompletedCall[], started: readonly { readonly id: string; readonly tool: string }[]) {
  const ok = new Set(results.filter(({ status }) => status === 'ok').map(({ id }) => id));
  const filesRead = started.filter(({ id, tool }) => fileTools.includes(tool) && ok.has(id)).length;
  return stateDelta({ add: { toolCalls: results.length, filesRead } });
}
