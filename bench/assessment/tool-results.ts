/**
 * When each answer of a tool was read to its last byte. The HTTP client says so on its diagnostics channels, so that nothing of
 * the product is changed, wrapped or slowed for the measurement.
 */
import diagnostics from 'node:diagnostics_channel';
import * as z from 'zod';

const call = z.object({
  method: z.literal('tools/call'),
  params: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) }),
});

export interface ToolResult {
  readonly tool: string;
  /** The arguments as JSON. */
  readonly args: string;
  /** On the clock of `performance.now()`; null while it has not come. */
  at: number | null;
}

export interface ToolResults {
  /** In the order in which the calls were sent. */
  readonly results: readonly ToolResult[];
  stop(): void;
}

export function watchToolResults(): ToolResults {
  const results: ToolResult[] = [];
  const open = new WeakMap<object, ToolResult>();
  const sent = (message: unknown): void => {
    const { request, chunk } = asRecord(message);
    if (!isObject(request) || !(typeof chunk === 'string' || chunk instanceof Uint8Array)) return;
    const parsed = call.safeParse(json(Buffer.from(chunk).toString('utf8')));
    if (!parsed.success) return;
    const { name, arguments: args } = parsed.data.params;
    const result: ToolResult = { tool: name, args: JSON.stringify(args), at: null };
    results.push(result);
    open.set(request, result);
  };
  const ended = (message: unknown): void => {
    const { request } = asRecord(message);
    const result = isObject(request) ? open.get(request) : undefined;
    if (result !== undefined) result.at = performance.now();
  };
  diagnostics.subscribe('undici:request:bodyChunkSent', sent);
  diagnostics.subscribe('undici:request:trailers', ended);
  return {
    results,
    stop() {
      diagnostics.unsubscribe('undici:request:bodyChunkSent', sent);
      diagnostics.unsubscribe('undici:request:trailers', ended);
    },
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const asRecord = (value: unknown): Record<string, unknown> => (isObject(value) ? { ...value } : {});

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
