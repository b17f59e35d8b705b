/** Publisher, Redis, real sockets and client together, while the sockets are cut and Redis is flushed. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from '../cache/cache.ts';
import { issueTicket, redeemTicket } from '../cache/tickets.ts';
import { clientAction, type Envelope } from '../contract/events.ts';
import type { Principal } from '../contract/principal.ts';
import { custom, stateDelta, stepFinished, stepName, stepStarted } from '../progress/makers.ts';
import { openProgress, type Progress } from '../progress/publisher.ts';
import { connectionOwner, dropConnection, registerConnection } from '../progress/registry.ts';
import { eraseRun, readAll } from '../progress/stream.ts';
import { toolCallEvents } from '../progress/tool-calls.ts';
import { stateAfter, verified, verifiedToTheEnd } from '../progress/verify.fixture.ts';
import { createClient } from './client.ts';

let cache: Cache;
let stop = async (): Promise<void> => undefined;
let gateway: WebSocketServer;
let progress: Progress;
const sockets = new Map<string, WebSocket>();
const principal: Principal = { userId: randomUUID(), email: null, expiresAt: 4_000_000_000 };

beforeAll(async () => {
  const redis = await testRedis();
  stop = redis.stop;
  cache = openCache({ url: redis.url, cluster: false });
  progress = openProgress({
    cache,
    push: async (connectionId, frame) => {
      const socket = sockets.get(connectionId);
      socket?.send(frame);
      return socket === undefined ? 'gone' : 'sent';
    },
    mayStillSee: async ({ userId }) => userId === principal.userId,
    logger: { warn: () => undefined },
    clock: { now: () => new Date() },
  });
  gateway = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(gateway, 'listening');
  gateway.on(
    'connection',
    (socket, { url = '' }) => void serve(socket, new URL(url, 'ws://gateway').searchParams.get('ticket') ?? ''),
  );
});
afterAll(async () => {
  for (const socket of gateway.clients) socket.terminate();
  gateway.close();
  await cache.close();
  await stop();
});

/** The least a gateway does; functions/ws does it on AWS. */
async function serve(socket: WebSocket, ticket: string): Promise<void> {
  const connectionId = randomUUID();
  const early: string[] = [];
  socket.on('message', (data) => early.push(String(data)));
  const owner = await redeemTicket(cache, ticket);
  if (owner === null) return socket.terminate();
  await registerConnection(cache, { connectionId, principal: owner });
  sockets.set(connectionId, socket);
  socket.on('close', () => {
    sockets.delete(connectionId);
    // The last sockets close after the test.
    dropConnection(cache, connectionId).catch(() => undefined);
  });
  const act = async (text: string): Promise<void> => {
    const action = clientAction.parse(JSON.parse(text));
    const known = await connectionOwner(cache, connectionId);
    if (action.action !== 'subscribe' || known === null) return;
    const { runId, after = null, requestId = '' } = action;
    await progress.watch({ runId, connectionId, principal: known, after, requestId });
  };
  socket.removeAllListeners('message').on('message', (data) => void act(String(data)));
  for (const text of early) await act(text);
}

function client() {
  const address = gateway.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const fetch: typeof globalThis.fetch = async (input) => {
    if (String(input).endsWith('/ws-tickets')) return Response.json(await issueTicket(cache, principal));
    return Response.json({ id: randomUUID(), projectId: randomUUID(), outcome: null });
  };
  return createClient({
    baseUrl: 'http://api.test',
    wsUrl: `ws://127.0.0.1:${port}`,
    token: () => 't',
    fetch,
    WebSocket: globalThis.WebSocket,
  });
}

async function collect(runId: string): Promise<Envelope[]> {
  const all: Envelope[] = [];
  for await (const envelope of client().follow(runId)) all.push(envelope);
  return all;
}

/** Three tasks at once, 20 batches of calls each. */
async function play(
  run: { runId: string; projectId: string; epoch: number },
  after: (batch: number) => Promise<void>,
): Promise<void> {
  const task = async (item: string): Promise<void> => {
    await progress.publish(run, [stepStarted('extraction', item, 1)]);
    for (let batch = 0; batch < 20; batch += 1) {
      const calls = Array.from({ length: 5 }, () => ({ id: randomUUID(), server: 'files', tool: 'read', args: {} }));
      const events = toolCallEvents(stepName('extraction', item, 1), calls);
      await progress.publish(run, events.started);
      await progress.publish(run, [
        ...events.finished([]),
        stateDelta({ add: { toolCalls: 5 } }),
        custom({ name: 'assay.degraded', value: { step: item, reason: 'r' } }),
      ]);
      await after(batch);
    }
    await progress.publish(run, [stepFinished('extraction', item, 1)]);
  };
  await Promise.all(['a', 'b', 'c'].map(task));
  await progress.terminal(run, { outcome: 'complete' });
}
const newRun = () => ({ runId: randomUUID(), projectId: randomUUID(), epoch: 1 });

describe('from task to client', () => {
  test('two followers whose sockets are cut again and again each see every event once', async () => {
    const run = newRun();
    const collecting = Promise.all([collect(run.runId), collect(run.runId)]);
    await play(run, async (batch) => {
      await sleep(10);
      if (batch % 4 === 0) for (const socket of gateway.clients) socket.terminate();
    });
    const stored = (await readAll(cache, run.runId))?.events ?? [];
    for (const seen of await collecting) {
      expect(seen).toEqual(stored);
      await verifiedToTheEnd(seen.map(({ event }) => event));
      expect(stateAfter(seen.map(({ event }) => event))).toMatchObject({
        outcome: 'complete',
        counts: { toolCalls: 300 },
        agents: {},
      });
    }
  });

  test('Redis flushed in the middle: the follower sees one valid run, to its end', async () => {
    const run = newRun();
    const collecting = collect(run.runId);
    let flushed = false;
    await play(run, async (batch) => {
      await sleep(10);
      if (batch === 10 && !flushed) {
        flushed = true;
        // Subscriptions are lost too: the client must notice by itself.
        await eraseRun(cache, run.runId);
        for (const socket of gateway.clients) socket.terminate();
      }
    });
    const events = (await collecting).map(({ event }) => event);
    expect(await verified(events)).toHaveLength(events.length);
    expect(events.at(-1)?.type).toBe('RUN_FINISHED');
  });
});
