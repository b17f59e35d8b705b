/** A run's event stream in Redis: append, read after a cursor, read whole. Everything here throws CacheUnavailable with Redis gone. */
import * as z from 'zod';
import type { Cache, Reply } from '../cache/cache.ts';
import { keys } from '../cache/keys.ts';
import type { Cursor, Envelope } from '../contract/events.ts';
import { appendScript } from './append-script.ts';
import { appendInput, type Batch } from './operations.ts';
import { epochScript, readScript } from './read-script.ts';
import { snapshotOf, stored } from './snapshot.ts';

/** An event as stored: `json` is sent on as it is. */
export interface StoredEvent {
  readonly seq: number;
  readonly time: string;
  readonly json: string;
  readonly snapshot?: { readonly part: number; readonly of: number };
}

export type Appended =
  /** `events` is empty when nobody watches. `watchers`: connection id -> what registry.ts stored. */
  | {
      readonly status: 'ok';
      readonly stream: string;
      readonly events: readonly StoredEvent[];
      readonly watchers: ReadonlyMap<string, string>;
    }
  /** Refused: the epoch is over, the run has ended, or this batch was appended before. */
  | { readonly status: 'stale' | 'done' | 'duplicate' };

const flatMap = z.array(z.string()).transform((flat) => {
  const pairs = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.set(flat[i] ?? '', flat[i + 1] ?? '');
  return pairs;
});
const appendReply = z.union([
  z.tuple([z.literal('ok'), z.string(), z.number(), z.array(z.string()), flatMap]),
  z.tuple([z.enum(['stale', 'done', 'duplicate'])]),
]);

export async function append(cache: Cache, batch: Batch): Promise<Appended> {
  const { runId } = batch.run;
  const where = [keys.run(runId, 'state'), keys.run(runId, 'events'), keys.run(runId, 'watchers')];
  const answer = appendReply.parse(await cache.run(appendScript, where, [appendInput(batch)]));
  if (answer.length === 1) return { status: answer[0] };
  const [status, stream, first, all, watchers] = answer;
  const time = batch.now.toISOString();
  return { status, stream, events: all.map((json, i) => ({ seq: first + i, time, json })), watchers };
}

const EPOCH_TTL_SECONDS = 12 * 3600;

/** From now on batches of a lower epoch are refused. Call it where the database's epoch is raised. */
export async function setEpoch(cache: Cache, runId: string, epoch: number): Promise<void> {
  await cache.run(epochScript, [keys.run(runId, 'state')], [epoch, EPOCH_TTL_SECONDS]);
}

export interface Reading {
  /** Null: nothing is stored of this run. */
  readonly stream: string | null;
  readonly newest: number;
  readonly events: readonly StoredEvent[];
}

const entry = z.tuple([z.string().regex(/^\d+-0$/), flatMap]);
const readReply = z.union([
  z.tuple([z.literal('none')]),
  z.tuple([z.literal('events'), z.string(), z.number(), z.array(entry)]),
  z.tuple([z.literal('snapshot'), z.string(), z.number(), flatMap]),
]);
const FROM_THE_START = { stream: '', seq: 0 };

/** What follows `after` (null: everything), at most `limit` events; a snapshot in parts when that is not there any more. */
export async function read(cache: Cache, runId: string, after: Cursor | null, limit: number): Promise<Reading> {
  const { stream, seq } = after ?? FROM_THE_START;
  const where = [keys.run(runId, 'state'), keys.run(runId, 'events')];
  const answer: Reply = await cache.run(readScript, where, [stream, seq, limit]);
  const reading = readReply.parse(answer);
  switch (reading[0]) {
    case 'none':
      return { stream: null, newest: 0, events: [] };
    case 'events':
      return { stream: reading[1], newest: reading[2], events: reading[3].map(eventOf) };
    case 'snapshot':
      return { stream: reading[1], newest: reading[2], events: partsOf(reading[3], reading[2]) };
  }
}

const eventOf = ([id, fields]: z.infer<typeof entry>): StoredEvent => ({
  seq: Number.parseInt(id, 10),
  time: fields.get('t') ?? '',
  json: fields.get('e') ?? '',
});

function partsOf(fields: ReadonlyMap<string, string>, seq: number): StoredEvent[] {
  const time = fields.get('at') ?? new Date(0).toISOString();
  return snapshotOf(fields).map((event, i, all) => ({
    seq,
    time,
    json: JSON.stringify(event),
    snapshot: { part: i + 1, of: all.length },
  }));
}

const PAGE = 1_000;

/** One page of a run's events after a cursor (null: from the beginning), for the API. */
export async function replay(
  cache: Cache,
  runId: string,
  after: Cursor | null,
  limit = PAGE,
): Promise<{ stream: string | null; newest: number; events: Envelope[] }> {
  const { stream, newest, events } = await read(cache, runId, after, limit);
  return { stream, newest, events: stream === null ? [] : events.map((event) => envelopeOf(runId, stream, event)) };
}

const envelopeOf = (runId: string, stream: string, { seq, time, json, snapshot }: StoredEvent): Envelope => ({
  v: 1,
  runId,
  stream,
  seq,
  time,
  event: stored(json),
  ...(snapshot === undefined ? {} : { snapshot }),
});

/**
 * The whole stream for the archive; null when nothing is stored. A stream longer than its cap has lost its beginning: then the
 * archive is its last state (`complete: false`), numbered up to the newest, because an archive must also be a valid stream.
 */
export async function readAll(
  cache: Cache,
  runId: string,
): Promise<{ stream: string; complete: boolean; events: Envelope[] } | null> {
  const all: Envelope[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await replay(cache, runId, last === undefined ? null : { stream: last.stream, seq: last.seq });
    if (page.stream === null) return null;
    const { stream } = page;
    if (page.events.some(({ snapshot }) => snapshot !== undefined)) {
      const first = page.newest - page.events.length + 1;
      return {
        stream,
        complete: false,
        events: page.events.map(({ snapshot: _, ...event }, i) => ({ ...event, seq: first + i })),
      };
    }
    all.push(...page.events);
    if (page.events.length === 0 || all.at(-1)?.seq === page.newest) return { stream, complete: true, events: all };
  }
}

/** Erases what Redis holds of a run: when its project is deleted. */
export async function eraseRun(cache: Cache, runId: string): Promise<void> {
  for (const what of ['state', 'events', 'watchers'] as const) await cache.remove(keys.run(runId, what));
}
