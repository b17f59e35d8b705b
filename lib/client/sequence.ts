/**
 * Puts a run's events in order. Frames may come twice, late, out of order or not at all: what was delivered is dropped, what is
 * early waits, and a gap is reported so that the caller can ask again. Pure: no clock, no socket.
 */
import type { Cursor, RunEventBody } from '../contract/events.ts';

/** An envelope as received; `event` is null for a type this client does not know, which still counts. */
export interface Received {
  readonly stream: string;
  readonly seq: number;
  readonly time: string;
  readonly event: RunEventBody | null;
  readonly snapshot?: { readonly part: number; readonly of: number };
}

export interface Sequence {
  /** What can be delivered now, in order. The parts of a snapshot come out together, first to last. */
  accept(received: Received): readonly Received[];
  /** Everything up to here was delivered; null before the first event. */
  readonly cursor: Cursor | null;
  /** Something arrived that can't be delivered before something else has. */
  readonly gap: boolean;
}

/** Far more than is ever in flight: beyond it, asking again is cheaper than remembering. */
const MAX_EARLY = 5_000;

export function openSequence(): Sequence {
  let at: Cursor | null = null;
  /** Streams that were left for a newer one: their stragglers are worth nothing. */
  const left = new Set<string>();
  const early = new Map<string, Map<number, Received>>();
  const snapshots = new Map<string, { readonly stream: string; readonly seq: number; readonly parts: Received[] }>();

  /** What waits for something that is not coming any more would look like a gap for ever. */
  function forget(): void {
    if (at === null) return;
    for (const stream of early.keys()) if (stream !== at.stream) early.delete(stream);
    for (const [key, { stream, seq }] of snapshots) if (stream !== at.stream || seq <= at.seq) snapshots.delete(key);
  }

  /** The events that follow `at` without a gap. */
  function drain(): Received[] {
    const ready: Received[] = [];
    if (at === null) return ready;
    const waiting = early.get(at.stream);
    for (;;) {
      const next: Received | undefined = waiting?.get(at.seq + 1);
      if (next === undefined) break;
      waiting?.delete(next.seq);
      at = { stream: next.stream, seq: next.seq };
      ready.push(next);
    }
    for (const seq of waiting?.keys() ?? []) if (seq <= at.seq) waiting?.delete(seq);
    if (waiting?.size === 0) early.delete(at.stream);
    for (const [key, { stream, seq }] of snapshots) if (stream === at.stream && seq <= at.seq) snapshots.delete(key);
    return ready;
  }

  function acceptEvent(received: Received): Received[] {
    const { stream, seq } = received;
    // The first event of the first stream needs nothing before it; a later stream is entered by its snapshot.
    if (at === null && seq === 1) {
      at = { stream, seq: 0 };
      forget();
    }
    const waiting = early.get(stream) ?? new Map<number, Received>();
    if (waiting.size < MAX_EARLY) waiting.set(seq, received);
    early.set(stream, waiting);
    return drain();
  }

  function acceptPart(received: Received, { part, of }: { part: number; of: number }): Received[] {
    const { stream, seq } = received;
    if (at?.stream === stream && seq <= at.seq) return [];
    const key = `${stream} ${seq} ${of}`;
    const { parts } = snapshots.get(key) ?? { parts: new Array<Received>(of) };
    parts[part - 1] = received;
    snapshots.set(key, { stream, seq, parts });
    const whole = parts.filter((piece) => piece !== undefined);
    if (whole.length < of) return [];
    if (at !== null && at.stream !== stream) left.add(at.stream);
    at = { stream, seq };
    forget();
    return [...whole, ...drain()];
  }

  return {
    accept: (received) => {
      if (left.has(received.stream)) return [];
      return received.snapshot === undefined ? acceptEvent(received) : acceptPart(received, received.snapshot);
    },
    get cursor() {
      return at;
    },
    get gap() {
      return early.size > 0 || snapshots.size > 0;
    },
  };
}
