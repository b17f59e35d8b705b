/**
 * Tool calls as events. A source of 5,000 files is read by 5,000 calls, and four events for each would be 20,000 frames that
 * nobody can look at. So consecutive calls of one tool become one AG-UI tool call that says how many it stands for; each single
 * call is in the ledger (GET /runs/{runId}/tool-calls), and `counts.toolCalls` counts them all.
 */
import { cutText, type Json, jsonWithin } from './fit.ts';
import type { ProgressEvent } from './makers.ts';

export interface AnnouncedCall {
  /** The ledger's id. */
  readonly id: string;
  readonly server: string;
  readonly tool: string;
  readonly args: { readonly [name: string]: Json };
}

export interface CallResult {
  readonly id: string;
  readonly status: 'ok' | 'error';
  readonly durationMs: number;
  /** Decoded bytes of all blocks. */
  readonly bytes: number;
}

export interface ToolCallEvents {
  /** Publish before the calls are made. */
  readonly started: readonly ProgressEvent[];
  /** Publish when all have ended; a call without a result counts as failed. */
  finished(results: readonly CallResult[]): readonly ProgressEvent[];
}

const ARGS_BYTES = 4_000;
const SHOWN_CALLS = 3;

/** `step` is the stepName of the step that makes the calls. One call keeps its own id; several take the id of the first. */
export function toolCallEvents(step: string, calls: readonly AnnouncedCall[]): ToolCallEvents {
  const groups = byTool(calls);
  return {
    started: groups.flatMap((group) => startOf(step, group)),
    finished: (results) => {
      const byId = new Map(results.map((result) => [result.id, result]));
      return groups.map((group) => resultOf(group, byId));
    },
  };
}

type Group = readonly [AnnouncedCall, ...AnnouncedCall[]];

function byTool(calls: readonly AnnouncedCall[]): Group[] {
  const groups = new Map<string, [AnnouncedCall, ...AnnouncedCall[]]>();
  for (const call of calls) {
    const key = JSON.stringify([call.server, call.tool]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [call]);
    else group.push(call);
  }
  return [...groups.values()];
}

function startOf(step: string, group: Group): ProgressEvent[] {
  const [first] = group;
  const args: Json =
    group.length === 1 ? first.args : { calls: group.length, first: group.slice(0, SHOWN_CALLS).map(({ args }) => args) };
  const toolCallId = first.id;
  return [
    {
      type: 'TOOL_CALL_START',
      toolCallId,
      toolCallName: cutText(`${first.server}.${first.tool}`, 160),
      metadata: { step, calls: group.length, source: cutText(first.server, 100), tool: cutText(first.tool, 100) },
    },
    { type: 'TOOL_CALL_ARGS', toolCallId, delta: jsonWithin(args, ARGS_BYTES) },
    { type: 'TOOL_CALL_END', toolCallId },
  ];
}

function resultOf(group: Group, byId: ReadonlyMap<string, CallResult>): ProgressEvent {
  const results = group.flatMap(({ id }) => byId.get(id) ?? []);
  const ok = results.filter(({ status }) => status === 'ok').length;
  const toolCallId = group[0].id;
  const sum = (of: (result: CallResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const content = {
    calls: group.length,
    ok,
    failed: group.length - ok,
    bytes: sum((r) => r.bytes),
    durationMs: Math.max(0, ...results.map((r) => r.durationMs)),
  };
  return { type: 'TOOL_CALL_RESULT', messageId: `${toolCallId}:result`, toolCallId, content: JSON.stringify(content) };
}
