/** From a tool's answer to the frame that tells of it. */
import * as z from 'zod';
import type { Envelope } from '../../lib/contract/events.ts';
import type { ToolResult } from './tool-results.ts';

export interface Arrival {
  readonly envelope: Envelope;
  /** On the clock of `performance.now()`. */
  readonly at: number;
}

export interface Delays {
  /** One for each answer. */
  readonly frameMs: number[];
  /** One for each frame: from the last of the answers that it tells of. */
  readonly batchMs: number[];
}

const several = z.object({ calls: z.int(), first: z.tuple([z.unknown()], z.unknown()) });

/** One tool call of the stream stands for several consecutive calls of one tool (lib/progress/tool-calls.ts) and names the first. */
export function delaysOf(arrivals: readonly Arrival[], results: readonly ToolResult[]): Delays {
  const delays: Delays = { frameMs: [], batchMs: [] };
  const tools = new Map<string, string>();
  const members = new Map<string, readonly ToolResult[]>();
  for (const { envelope, at } of arrivals) {
    const { event } = envelope;
    if (event.type === 'TOOL_CALL_START') tools.set(event.toolCallId, event.toolCallName.split('.').at(-1) ?? '');
    if (event.type === 'TOOL_CALL_ARGS')
      members.set(event.toolCallId, standsFor(tools.get(event.toolCallId), event.delta, results));
    if (event.type !== 'TOOL_CALL_RESULT') continue;
    const answered = (members.get(event.toolCallId) ?? []).flatMap((result) => (result.at === null ? [] : [result.at]));
    if (answered.length === 0) continue;
    delays.frameMs.push(...answered.map((answer) => at - answer));
    delays.batchMs.push(at - Math.max(...answered));
  }
  return delays;
}

function standsFor(tool: string | undefined, delta: string, results: readonly ToolResult[]): ToolResult[] {
  const args: unknown = JSON.parse(delta);
  const group = several.safeParse(args);
  const [first, count] = group.success ? [group.data.first[0], group.data.calls] : [args, 1];
  const text = JSON.stringify(first);
  const from = results.findIndex((result) => result.tool === tool && result.args === text);
  if (from < 0) return [];
  return results
    .slice(from)
    .filter((result) => result.tool === tool)
    .slice(0, count);
}
