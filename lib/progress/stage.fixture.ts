/** A publisher over real Redis and sockets that remember, for tests. */
import { randomUUID } from 'node:crypto';
import type { Cache } from '../cache/cache.ts';
import { type Envelope, envelope, type RunEventBody, type ServerMessage, serverMessage } from '../contract/events.ts';
import type { Principal } from '../contract/principal.ts';
import type { RunOutcome } from '../contract/vocabulary.ts';
import type { Push } from './fan-out.ts';
import type { ProgressEvent } from './makers.ts';
import { operationsOf, type RunRef } from './operations.ts';
import { openProgress } from './publisher.ts';
import { registerConnection } from './registry.ts';
import { type Appended, append, readAll } from './stream.ts';

export const clock = { now: () => new Date('2026-11-23T12:00:00.000Z') };
const later = clock.now().getTime() / 1000 + 3_600;
export const person = (expiresAt = later): Principal => ({ userId: randomUUID(), email: null, expiresAt });
export const newRun = (epoch = 1): RunRef => ({ runId: randomUUID(), projectId: randomUUID(), epoch });

/** Sockets that remember what they got. */
export function stage(options: { cache: Cache; push?: Push; members?: readonly Principal[] }) {
  const frames = new Map<string, string[]>();
  const gone = new Set<string>();
  const warnings: string[] = [];
  const members = new Set(options.members?.map(({ userId }) => userId));
  const { cache } = options;
  const push: Push = async (connectionId, frame) => {
    if (gone.has(connectionId)) return 'gone';
    frames.set(connectionId, [...(frames.get(connectionId) ?? []), frame]);
    return 'sent';
  };
  const progress = openProgress({
    cache,
    push: options.push ?? push,
    mayStillSee: async ({ userId }) => members.has(userId),
    logger: { warn: (message) => void warnings.push(message) },
    clock,
  });
  return {
    progress,
    members,
    gone,
    warnings,
    frames: (connectionId: string) => frames.get(connectionId) ?? [],
    seen: (connectionId: string) => envelopesIn(frames.get(connectionId) ?? []),
    connect: async (principal: Principal) => {
      const connectionId = `${randomUUID()}=`;
      await registerConnection(cache, { connectionId, principal });
      return connectionId;
    },
  };
}

export function messagesIn(frames: readonly string[]): (Envelope | ServerMessage)[] {
  return frames.map((frame) => {
    const message: unknown = JSON.parse(frame);
    const event = envelope.safeParse(message);
    return event.success ? event.data : serverMessage.parse(message);
  });
}
function envelopesIn(frames: readonly string[]): Envelope[] {
  return messagesIn(frames).flatMap((message) => {
    if (!('kind' in message)) return [message];
    if (message.kind !== 'batch') return [];
    const { runId, stream, events } = message;
    return events.map((event) => ({ v: 1 as const, runId, stream, ...event }));
  });
}
export const numbers = (events: readonly Envelope[]): number[] => events.map(({ seq }) => seq);
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

const now = clock.now();
let batch = 0;

/** Appends without a publisher; each call is a batch of its own. */
export function put(
  cache: Cache,
  run: RunRef,
  events: readonly ProgressEvent[],
  end?: { readonly outcome: RunOutcome },
): Promise<Appended> {
  batch += 1;
  const ops = events.flatMap((event) => operationsOf(event, now));
  const ending = end === undefined ? {} : { outcome: end };
  return append(cache, { run, writer: 'test', batch, freshStream: `stream-${batch}-xx`, now, ops, ...ending });
}

export async function eventsOf(cache: Cache, run: RunRef): Promise<RunEventBody[]> {
  return ((await readAll(cache, run.runId))?.events ?? []).map(({ event }) => event);
}
