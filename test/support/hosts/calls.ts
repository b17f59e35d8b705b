/** Calls to a served host as a collector makes them, and what the ledger would hold of them. */
import { randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';
import type { CallTools, LedgerAnswer, LedgerCall } from '../../../lib/agents/tools.ts';
import { decodeResult } from '../../../lib/mcp/result.ts';
import type { CheckedCall } from '../../../lib/report/check-evidence.ts';
import { keptBlocks } from '../../../lib/workflow/kept-blocks.ts';
import type { Served } from './serve.ts';

export interface HostCalls {
  readonly call: CallTools;
  readonly ledger: CheckedCall[];
  readonly blobs: Map<string, Uint8Array>;
}

/** Ended, and its server stopped, after the test. */
export async function callsTo(served: Served): Promise<HostCalls> {
  const client = new Client({ name: 'test', version: '1' }, { capabilities: {}, versionNegotiation: { mode: 'auto' } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(served.bridge.url), { requestInit: { headers: { ...served.bridge.headers } } }),
  );
  onTestFinished(async () => {
    await client.close();
    await served.bridge.stop();
  });
  const ledger: CheckedCall[] = [];
  const blobs = new Map<string, Uint8Array>();
  const known = new Map<string, LedgerAnswer>();
  const ask = async (asked: LedgerCall): Promise<LedgerAnswer> => {
    const answered = await client.callTool({ name: asked.tool, arguments: asked.args });
    const result = decodeResult(answered.content, { isError: answered.isError === true, credentialFree: (text) => text });
    const kept = keptBlocks(asked, result);
    for (const { sha256, content } of kept) blobs.set(sha256, content);
    const toolCallId = randomUUID();
    const rows = kept.map(({ content: _, ...blob }) => blob);
    ledger.push({ ...asked, id: toolCallId, status: result.ok ? 'ok' : 'error', blobs: rows });
    if (!result.ok) return { status: 'error', toolCallId, reason: result.reason ?? '' };
    const blocks = kept.map(({ sha256, truncated, content }) => ({
      sha256,
      truncated,
      text: Buffer.from(content).toString('utf8'),
    }));
    return { status: 'ok', toolCallId, blocks };
  };
  const call: CallTools = async (calls) => {
    const answers: LedgerAnswer[] = [];
    for (const asked of calls) {
      const key = JSON.stringify(asked);
      const answer = known.get(key) ?? (await ask(asked));
      known.set(key, answer);
      answers.push(answer);
    }
    return answers;
  };
  return { call, ledger, blobs };
}
