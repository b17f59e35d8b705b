/** A WebSocket that keeps every frame it gets, and tells answers from what is pushed. */
import { once } from 'node:events';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { isTerminal, type ServerMessage, serverMessage } from '../../lib/contract/events.ts';

export interface Listener {
  /** As they came, answers included. */
  readonly frames: readonly string[];
  /** The answer to an action; what is pushed in between does not count. */
  say(action: object): Promise<ServerMessage>;
  /** Numbers of the events of a run that came, in order. */
  seen(runId: string): number[];
  /** Resolves once the run's end has come. */
  ended(runId: string): Promise<void>;
  readonly isOpen: boolean;
  /** What it was opened with. */
  readonly ticket: string;
  close(): void;
}

const issued = z.object({ ticket: z.string() });
const sequenced = z.object({ seq: z.int(), event: z.looseObject({ type: z.string() }) });
const pushed = z.union([
  sequenced.extend({ runId: z.string() }).transform(({ runId, ...event }) => ({ runId, events: [event] })),
  z.object({ runId: z.string(), events: z.array(sequenced) }),
]);
const answered = z.object({ kind: z.enum(['ack', 'error', 'pong']), requestId: z.string() });

export async function openListener(at: { url: string; webSocketUrl: string; token: string }): Promise<Listener> {
  const headers = { authorization: `Bearer ${at.token}` };
  // With a key, under which answers are kept: of this one the ticket must not be.
  const asked = { method: 'POST', headers: { ...headers, 'idempotency-key': crypto.randomUUID() } };
  const { ticket } = issued.parse(await (await fetch(`${at.url}/ws-tickets`, asked)).json());
  const socket = new WebSocket(`${at.webSocketUrl}/?ticket=${ticket}`);
  const frames: string[] = [];
  socket.on('message', (data) => frames.push(String(data)));
  socket.on('error', () => undefined);
  await once(socket, 'open');

  const eventsOf = (runId: string) =>
    frames.flatMap((frame) => {
      const parsed = pushed.safeParse(JSON.parse(frame));
      return parsed.success && parsed.data.runId === runId ? parsed.data.events : [];
    });
  const say: Listener['say'] = async (action) => {
    const requestId = crypto.randomUUID();
    socket.send(JSON.stringify({ ...action, requestId }));
    return vi.waitFor(
      () => {
        const answer = frames
          .map((frame) => JSON.parse(frame))
          .find((frame) => answered.safeParse(frame).data?.requestId === requestId);
        if (answer === undefined) throw new Error('not answered');
        return serverMessage.parse(answer);
      },
      { timeout: 10_000, interval: 10 },
    );
  };
  return {
    frames,
    ticket,
    say,
    seen: (runId) => eventsOf(runId).map(({ seq }) => seq),
    async ended(runId) {
      const isOver = () => eventsOf(runId).some(({ event }) => isTerminal(event));
      for (let asked = 0; asked < 5 && !isOver(); asked += 1) {
        // A push that takes over a second is given up: whoever misses something asks again, as every client does.
        if (asked > 0) await say({ action: 'subscribe', runId });
        await vi.waitUntil(isOver, { timeout: 5_000, interval: 20 }).catch(() => undefined);
      }
      if (!isOver()) throw new Error(`the end of run ${runId} was not heard of`);
    },
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    close: () => socket.terminate(),
  };
}
