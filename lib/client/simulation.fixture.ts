/** A server and a network that cuts, loses, repeats and reorders, by a seed; time is vitest's. */
import { vi } from 'vitest';
import {
  type ClientAction,
  type Cursor,
  clientAction,
  type Envelope,
  initialRunState,
  type RunEventBody,
} from '../contract/events.ts';
import type { RunOutcome } from '../contract/vocabulary.ts';
import type { SocketConstructor, SocketLike } from './socket.ts';

export const runId = '00000000-0000-4000-8000-000000000001';
export const projectId = '00000000-0000-4000-8000-000000000002';

/** Percentages; `delayMs` is the most a frame is late. */
export interface Weather {
  readonly cut: number;
  readonly lose: number;
  readonly repeat: number;
  readonly delayMs: number;
  /** Of connection attempts. */
  readonly refuse: number;
}
export const calm: Weather = { cut: 0, lose: 0, repeat: 0, delayMs: 0, refuse: 0 };

interface Line {
  deliver(message: object): void;
  cut(): void;
  mute(): void;
}

export interface Simulation {
  readonly WebSocket: SocketConstructor;
  /** For GET /runs and POST /ws-tickets. */
  readonly fetch: typeof fetch;
  publish(event: RunEventBody): void;
  /** Redis loses everything; the next event begins another stream. */
  flush(): void;
  /** What the database says. */
  outcome: RunOutcome | null;
  /** The WebSocket API, or the whole API, is not there. */
  down: 'nothing' | 'sockets' | 'all';
  readonly tickets: string[];
  /** The cursors of the subscribes, in order. */
  readonly asked: (Cursor | null)[];
  cutAll(): void;
  /** Sockets stay open and bring nothing; later ones do. */
  mute(): void;
  /** The next frame is lost. */
  loseNext(): void;
  /** How many sockets are open. */
  readonly open: number;
}

export function simulate(weather: Weather, seed = 1): Simulation {
  const random = randomOf(seed);
  const chance = (percent: number): boolean => random() * 100 < percent;
  const lines = new Set<Line>();
  const watching = new Set<Line>();
  const tickets: string[] = [];
  const asked: (Cursor | null)[] = [];
  let life = 1;
  let stored: Envelope[] = [];
  let open = new Set<string>();
  let losing = false;
  const stream = (): string => `stream-${life}-xx`;
  const envelope = (seq: number, event: RunEventBody): Envelope => ({
    v: 1,
    runId,
    stream: stream(),
    seq,
    time: new Date().toISOString(),
    event,
  });

  function store(event: RunEventBody): void {
    const next = envelope(stored.length + 1, event);
    stored.push(next);
    if (event.type === 'STEP_STARTED') open.add(event.stepName);
    if (event.type === 'STEP_FINISHED') open.delete(event.stepName);
    for (const line of watching) line.deliver(next);
  }

  function answer(line: Line, action: ClientAction): void {
    if (action.action !== 'subscribe') return;
    watching.add(line);
    const { requestId, after } = action;
    asked.push(after ?? null);
    const newest = stored.length;
    if (newest > 0 && after != null && (after.stream !== stream() || after.seq > newest)) {
      const starts = [...open].map((stepName): RunEventBody => ({ type: 'STEP_STARTED', stepName }));
      const end = stored.at(-1)?.event.type.startsWith('RUN_F') ? stored.slice(-1).map(({ event }) => event) : [];
      const parts: RunEventBody[] = [
        { type: 'RUN_STARTED', threadId: projectId, runId },
        { type: 'STATE_SNAPSHOT', snapshot: initialRunState },
        ...starts,
        ...end,
      ];
      for (const [i, event] of parts.entries())
        line.deliver({ ...envelope(newest, event), snapshot: { part: i + 1, of: parts.length } });
    } else {
      const missing = stored.slice(after?.seq ?? 0);
      for (let i = 0; i < missing.length; i += 7) {
        const events = missing.slice(i, i + 7).map(({ seq, time, event }) => ({ seq, time, event }));
        line.deliver({ v: 1, kind: 'batch', runId, stream: stream(), events });
      }
    }
    line.deliver({ v: 1, kind: 'replay-end', requestId, runId, stream: newest === 0 ? null : stream(), seq: newest });
    line.deliver({ v: 1, kind: 'ack', requestId, runId });
  }

  const simulation: Simulation = {
    outcome: null,
    down: 'nothing',
    tickets,
    asked,
    get open() {
      return lines.size;
    },
    mute: () => {
      for (const line of lines) line.mute();
    },
    loseNext: () => {
      losing = true;
    },
    publish: (event) => {
      if (stored.length === 0 && event.type !== 'RUN_STARTED') store({ type: 'RUN_STARTED', threadId: projectId, runId });
      if (event.type !== 'STEP_FINISHED' || open.has(event.stepName)) store(event);
    },
    flush: () => {
      life += 1;
      stored = [];
      open = new Set();
      watching.clear();
    },
    cutAll: () => {
      for (const line of lines) line.cut();
    },
    WebSocket: socketClass((url, emit): Pick<SocketLike, 'send' | 'close'> => {
      tickets.push(url.slice(url.indexOf('ticket=') + 7));
      let closed = false;
      let mute = false;
      const later = (ms: number, happen: () => void): void => void setTimeout(() => closed || happen(), ms);
      const line: Line = {
        cut: () => {
          if (!closed) emit('close');
          closed = true;
          lines.delete(line);
          watching.delete(line);
        },
        mute: () => {
          mute = true;
        },
        deliver: (message) => {
          const lost = mute || losing;
          losing = false;
          if (lost) return;
          const text = JSON.stringify(message);
          if (chance(weather.cut)) return void later(1, line.cut);
          if (chance(weather.lose)) return;
          const late = (): number => random() * weather.delayMs;
          later(late(), () => emit('message', text));
          if (chance(weather.repeat)) later(late(), () => emit('message', text));
        },
      };
      lines.add(line);
      if (simulation.down !== 'nothing' || chance(weather.refuse)) later(5, line.cut);
      else later(5, () => emit('open'));
      return {
        send: (text) => void later(2, () => answer(line, clientAction.parse(JSON.parse(text)))),
        close: line.cut,
      };
    }),
    fetch: async (input) => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      const path = new URL(input instanceof Request ? input.url : input).pathname;
      if (simulation.down === 'all') throw new TypeError('fetch failed');
      if (path !== '/ws-tickets') return Response.json({ id: runId, projectId, outcome: simulation.outcome });
      if (simulation.down === 'sockets')
        return Response.json({ error: { code: 'UNAVAILABLE', message: 'No tickets.', requestId: 'r' } }, { status: 503 });
      return Response.json({ ticket: `t${tickets.length + 1}` });
    },
  };
  return simulation;
}

/** mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Emit = (type: 'open' | 'message' | 'close', data?: string) => void;

function socketClass(connect: (url: string, emit: Emit) => Pick<SocketLike, 'send' | 'close'>): SocketConstructor {
  return class implements SocketLike {
    readonly #listeners: [string, (event: { readonly type: string; readonly data?: unknown }) => void][] = [];
    readonly #line: Pick<SocketLike, 'send' | 'close'>;
    constructor(url: string) {
      this.#line = connect(url, (type, data) => {
        for (const [name, listener] of this.#listeners) if (name === type) listener({ type, data });
      });
    }
    addEventListener(type: string, listener: (event: { readonly type: string; readonly data?: unknown }) => void): void {
      this.#listeners.push([type, listener]);
    }
    send(data: string): void {
      this.#line.send(data);
    }
    close(): void {
      this.#line.close();
    }
  };
}

/** Lets time pass until the work is done; throws when it is not after `limitMs` of it. */
export async function whenDone<T>(work: Promise<T>, limitMs = 600_000): Promise<T> {
  let done = false;
  const settled = work.finally(() => {
    done = true;
  });
  // Awaited below; a rejection before that is not unhandled.
  settled.catch(() => undefined);
  for (let passed = 0; !done && passed < limitMs; passed += 50) await vi.advanceTimersByTimeAsync(50);
  if (!done) throw new Error(`Not done after ${limitMs} ms.`);
  return settled;
}
