/** Frames as this client reads them: events of a type it does not know yet still count, messages it does not know are skipped. */
import * as z from 'zod';
import { followerMessage, type RunEventBody, runEventBody, streamId } from '../contract/events.ts';
import type { Received } from './sequence.ts';

const sequenced = z.object({
  seq: z.int().min(0),
  time: z.string(),
  event: z.unknown(),
  snapshot: z.object({ part: z.int().min(1), of: z.int().min(1).max(10_000) }).optional(),
});
const single = sequenced.extend({ v: z.literal(1), runId: z.string(), stream: streamId });
const batch = z.object({
  v: z.literal(1),
  kind: z.literal('batch'),
  runId: z.string(),
  stream: streamId,
  events: z.array(sequenced),
});

export type Frame =
  | { readonly kind: 'events'; readonly runId: string; readonly events: readonly Received[] }
  | z.infer<typeof followerMessage>
  /** Nothing to do: an acknowledgement, a pong, or something newer than this client. */
  | { readonly kind: 'none' };

export function readFrame(text: unknown): Frame {
  const message = json(text);
  const one = single.safeParse(message);
  if (one.success) return { kind: 'events', runId: one.data.runId, events: [received(one.data.stream, one.data)] };
  const many = batch.safeParse(message);
  if (many.success) {
    const { runId, stream, events } = many.data;
    return { kind: 'events', runId, events: events.map((event) => received(stream, event)) };
  }
  const control = followerMessage.safeParse(message);
  return control.success ? control.data : { kind: 'none' };
}

const received = (stream: string, { seq, time, event, snapshot }: z.infer<typeof sequenced>): Received => ({
  stream,
  seq,
  time,
  event: known(event),
  ...(snapshot === undefined ? {} : { snapshot }),
});

function known(event: unknown): RunEventBody | null {
  const parsed = runEventBody.safeParse(event);
  return parsed.success ? parsed.data : null;
}

function json(text: unknown): unknown {
  if (typeof text !== 'string') return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
