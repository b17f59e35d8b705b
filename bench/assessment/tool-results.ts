/**
 * When each answer of a tool was read to its last byte. The HTTP client says so on its diagnostics channels, so that nothing of
 * the product is changed, wrapped or slowed for the measurement.
 */
import diagnostics from 'node:diagnostics_channel';
import * as z from 'zod';

const call = z.object({
  method: z.literal('tools/call'),
  params: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
});
const chunkSent = z.object({ request: z.looseObject({}), chunk: z.union([z.string(), z.instanceof(Uint8Array)]) });
const ended = z.object({ request: z.looseObject({}) });

export interface ToolResult {
  /** Tool and arguments, as JSON. */
  readonly key: string;
  /** On the clock of `performance.now()`; null while it has not come. */
  at: number | null;
}

export interface ToolResults {
  /** In the order in which the calls were sent. */
  readonly results: readonly ToolResult[];
  stop(): void;
}

export const keyOf = (tool: string, args: unknown): string => JSON.stringify([tool, args]);

export function watchToolResults(): ToolResults {
  const results: ToolResult[] = [];
  const open = new WeakMap<object, ToolResult>();
  const sent = (message: unknown): void => {
    const found = chunkSent.safeParse(message);
    if (!found.success || !isRecord(message)) return;
    const parsed = call.safeParse(json(Buffer.from(found.data.chunk).toString('utf8')));
    if (!parsed.success) return;
    const result: ToolResult = { key: keyOf(parsed.data.params.name, parsed.data.params.arguments), at: null };
    results.push(result);
    const { request } = message;
    if (typeof request === 'object' && request !== null) open.set(request, result);
  };
  const done = (message: unknown): void => {
    if (!ended.safeParse(message).success || !isRecord(message)) return;
    const { request } = message;
    const result = typeof request === 'object' && request !== null ? open.get(request) : undefined;
    if (result !== undefined) result.at = performance.now();
  };
  diagnostics.subscribe('undici:request:bodyChunkSent', sent);
  diagnostics.subscribe('undici:request:trailers', done);
  return {
    results,
    stop() {
      diagnostics.unsubscribe('undici:request:bodyChunkSent', sent);
      diagnostics.unsubscribe('undici:request:trailers', done);
    },
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
