/** Somebody else's run over the WebSocket: no frame of it reaches who may not see it, or may not any more. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { gate } from '../support/interference.ts';
import { ownerOf } from '../support/scan-keys.ts';
import { redisSinks } from '../support/scan-sinks.ts';
import type { Listener } from './listener.ts';
import { type Person, startPeople, throughBridge } from './people.ts';

const people = await startPeople();
const redis = new Redis(String(people.stack.environment['REDIS_URL']));
afterAll(() => redis.disconnect());
const target = throughBridge(people.source());

interface Side {
  readonly person: Person;
  readonly projectId: string;
  readonly connectionId: string;
}
async function side(name: string): Promise<Side> {
  const person = await people.person(`${name}@example.test`);
  return { person, projectId: await person.project(name), connectionId: await person.connect('files', target) };
}
const [ann, bob] = await Promise.all([side('ann'), side('bob')]);

/** A run of theirs that waits before that function. */
async function held({ person, projectId, connectionId }: Side, path: string) {
  const door = gate();
  const runId = await person.start(projectId, [connectionId], async (call, proceed) => {
    if (call.path === path) await door.pass();
    return proceed();
  });
  await door.reached;
  return { runId, open: door.open };
}
const outcomeOf = async (runId: string) =>
  (await people.sql('SELECT outcome, "cancelRequestedAt" FROM "Run" WHERE id = $1', [runId]))[0];
const framesOf = ({ frames }: Listener, runId: string) => frames.filter((frame) => frame.includes(runId));
const notFound = { kind: 'error', code: 'NOT_FOUND' };

describe('who is no member', () => {
  let run: { runId: string; open: () => void };
  let hers: Listener;
  let his: Listener;
  beforeAll(async () => {
    run = await held(ann, 'tasks/extract');
    [hers, his] = await Promise.all([ann.person.listen(), bob.person.listen()]);
    expect(await hers.say({ action: 'subscribe', runId: run.runId })).toMatchObject({ kind: 'ack' });
  });
  afterAll(() => {
    hers.close();
    his.close();
  });

  test.each([
    ['subscribe', () => ({ action: 'subscribe', runId: run.runId })],
    ['subscribe after an event of it', () => ({ action: 'subscribe', runId: run.runId, after: { stream: 'abcdefgh', seq: 1 } })],
    ['cancel', () => ({ action: 'cancel', runId: run.runId })],
    ['start on the project', () => ({ action: 'start', projectId: ann.projectId, connectionIds: [bob.connectionId] })],
    ['start with the connection', () => ({ action: 'start', projectId: bob.projectId, connectionIds: [ann.connectionId] })],
    ['approve', () => ({ action: 'approve', approvalId: run.runId, decision: 'approve' })],
  ])('%s: is told that there is no such thing, in the words for what does not exist', async (_name, action) => {
    const answer = await his.say(action());
    expect(answer).toMatchObject(notFound);
    const ids = [run.runId, ann.projectId, ann.connectionId];
    const missing = ids.reduce((text, id) => text.replaceAll(id, randomUUID()), JSON.stringify(action()));
    // The id that is missing is named, as it was asked for.
    const words = (said: object) => JSON.stringify({ ...said, requestId: '' }).replaceAll(/[0-9a-f-]{36}/g, '');
    expect(words(await his.say(JSON.parse(missing)))).toBe(words(answer));
  });

  test("unsubscribe: ends nobody else's watching", async () => {
    const unknown = await his.say({ action: 'unsubscribe', runId: randomUUID() });
    expect((await his.say({ action: 'unsubscribe', runId: run.runId })).kind).toBe(unknown.kind);
    expect(Object.keys(await redis.hgetall(`assay:run:{${run.runId}}:watchers`))).toHaveLength(1);
  });

  test('hears nothing of it while it publishes to who may, and of an own run everything', async () => {
    const own = await held(bob, 'tasks/extract');
    expect(await his.say({ action: 'subscribe', runId: own.runId })).toMatchObject({ kind: 'ack' });
    await his.say({ action: 'subscribe', runId: run.runId });
    const before = framesOf(his, run.runId);
    own.open();
    run.open();
    await Promise.all([hers.ended(run.runId), his.ended(own.runId)]);
    expect(framesOf(hers, run.runId).length).toBeGreaterThan(5);
    // Answers to unsubscribe repeat the id that was asked with; nothing else bears it.
    expect(framesOf(his, run.runId)).toEqual(before);
    expect(his.seen(run.runId)).toEqual([]);
    expect(framesOf(hers, own.runId)).toEqual([]);
    expect(await outcomeOf(run.runId)).toEqual({ outcome: 'complete', cancelRequestedAt: null });
    const runs = await people.sql('SELECT id FROM "Run" WHERE "projectId" = $1', [ann.projectId]);
    expect(runs).toEqual([{ id: run.runId }]);
  });

  test('hears nothing of it when it has ended, by replay or by list', async () => {
    expect(await his.say({ action: 'subscribe', runId: run.runId })).toMatchObject(notFound);
    expect(await bob.person.get(`/runs/${run.runId}/events`)).toMatchObject({ status: 404 });
    expect(his.seen(run.runId)).toEqual([]);
  });
});

describe('who was allowed', () => {
  /** Somebody watches a held run as a member, and has got all that there is so far. */
  async function watching(options: { readonly seconds?: number } = {}) {
    const guest = await people.person(`guest-${randomUUID()}@example.test`);
    await ann.person.invite(ann.projectId, guest, 'auditor');
    const run = await held(ann, 'tasks/assess');
    const [hers, theirs] = await Promise.all([ann.person.listen(), guest.listen(options)]);
    for (const socket of [hers, theirs]) {
      expect(await socket.say({ action: 'subscribe', runId: run.runId })).toMatchObject({ kind: 'ack' });
      // What a step said last may come a moment after it has ended.
      await vi.waitUntil(() => socket.seen(run.runId).length > 5, { timeout: 5_000, interval: 20 });
    }
    return { guest, run, hers, theirs };
  }
  /** Lets the run go on to its end; gives how many events came to her, and the frames that came to them, after that. */
  async function rest({ run, hers, theirs }: Awaited<ReturnType<typeof watching>>) {
    const [before, already] = [theirs.frames.length, hers.seen(run.runId).length];
    run.open();
    await hers.ended(run.runId);
    return { theirs: theirs.frames.slice(before), hers: hers.seen(run.runId).length - already };
  }

  test('as an auditor neither starts nor cancels; and is no member any more: hears no further frame, and may do nothing', async () => {
    const watched = await watching();
    const { run, theirs, guest } = watched;
    expect(theirs.seen(run.runId).length).toBeGreaterThan(5);
    const start = { action: 'start', projectId: ann.projectId, connectionIds: [ann.connectionId] };
    for (const action of [start, { action: 'cancel', runId: run.runId }]) {
      expect(await theirs.say(action)).toMatchObject({ kind: 'error', code: 'FORBIDDEN' });
    }
    await ann.person.dismiss(ann.projectId, guest);
    const after = await rest(watched);
    expect(after.hers).toBeGreaterThan(3);
    expect(after.theirs).toEqual([]);
    for (const action of ['subscribe', 'cancel']) expect(await theirs.say({ action, runId: run.runId })).toMatchObject(notFound);
    expect(await guest.get(`/runs/${run.runId}/events`)).toMatchObject({ status: 404 });
  });

  test('until the token expired hears no further frame; the sweep closes the socket and forgets it', async () => {
    const watched = await watching({ seconds: 60 });
    const { run, theirs } = watched;
    expect(theirs.seen(run.runId).length).toBeGreaterThan(5);
    vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true, now: Date.now() + 61_000 });
    onTestFinished(() => void vi.useRealTimers());
    const after = await rest(watched);
    expect(after.hers).toBeGreaterThan(3);
    expect(after.theirs).toEqual([]);
    expect(theirs.isOpen).toBe(true);
    await people.stack.workflow.bus.runSchedules();
    await vi.waitUntil(() => !theirs.isOpen, { timeout: 5_000, interval: 20 });
    const kept = (await redisSinks(redis)).filter(({ content }) => String(content).includes(watched.guest.userId));
    expect(kept.filter(({ name }) => ownerOf(name).kind !== 'user')).toEqual([]);
  });
});
