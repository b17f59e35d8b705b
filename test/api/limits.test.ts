/** How much one person may ask for at once, and that asking twice does once. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Answer, type Person, startApi } from './api.ts';
import { worldOf } from './world.ts';

const api = await startApi();

async function starter(): Promise<{
  person: Person;
  projectId: string;
  start(headers?: Record<string, string>): Promise<Answer>;
}> {
  const person = await api.person();
  const projectId = await api.store.project({ [person.principal.userId]: 'owner' });
  const connectionId = await api.store.connection(person.principal);
  const start = (headers: Record<string, string> = {}) =>
    person.ask('POST /projects/{projectId}/runs', { params: { projectId }, body: { connectionIds: [connectionId] }, headers });
  return { person, projectId, start };
}
const runsOf = (projectId: string) => api.store.sql<{ id: string }>('SELECT id FROM "Run" WHERE "projectId" = $1', [projectId]);
const numberOf = (answers: readonly Answer[], status: number) => answers.filter((answer) => answer.status === status).length;

test('three runs at once, and a clear refusal of the fourth until one has ended', async () => {
  const { projectId, start } = await starter();
  const first = [await start(), await start(), await start()];
  expect(first.map(({ status }) => status)).toEqual([202, 202, 202]);
  const fourth = await start();
  expect(fourth.status).toBe(429);
  expect(fourth.body).toMatchObject({
    error: {
      code: 'TOO_MANY_RUNS',
      message: 'You have 3 runs under way, and 3 is the most. Wait for one to end, or cancel one.',
    },
  });
  await api.store.sql(`UPDATE "Run" SET outcome = 'failed', "endedAt" = now() WHERE id = $1`, [first[0]?.body['runId']]);
  expect((await start()).status).toBe(202);
  expect(await runsOf(projectId)).toHaveLength(4);
});

test('eight parallel starts give three runs, each started once, and nobody else is held up', async () => {
  const [{ projectId, start }, other] = await Promise.all([starter(), starter()]);
  const [answers, theirs] = await Promise.all([Promise.all(Array.from({ length: 8 }, () => start())), other.start()]);
  expect([numberOf(answers, 202), numberOf(answers, 429)]).toEqual([3, 5]);
  expect(theirs.status).toBe(202);
  const ids = new Set((await runsOf(projectId)).map(({ id }) => id));
  expect(new Set(answers.flatMap(({ body }) => body['runId'] ?? []))).toEqual(ids);
  expect(new Set(api.machine.started.filter((name) => ids.has(name)))).toEqual(ids);
});

test('a run whose machine refuses to start is recorded, and its failure is not hidden', async () => {
  const { projectId, start } = await starter();
  api.machine.refuse(true);
  const answer = await start().finally(() => api.machine.refuse(false));
  const [run] = await runsOf(projectId);
  expect([answer.status, answer.body]).toEqual([
    503,
    { error: expect.objectContaining({ code: 'UNAVAILABLE', details: { runId: run?.id } }) },
  ]);
});

test.each([
  [{ connectionIds: [] }, 'body.connectionIds'],
  [{ connectionIds: Array.from({ length: 11 }, () => randomUUID()) }, 'body.connectionIds'],
  [{ connectionIds: [randomUUID()], frameworkId: 'iso' }, "'iso' is unknown; choose from nist-csf-2.0, nist-ssdf-1.1"],
  [{ connectionIds: [randomUUID()], mode: 'model' }, 'no model is configured here'],
])('a start of %j is refused with what is wrong', async (body, expected) => {
  const { person, projectId } = await starter();
  const answer = await person.ask('POST /projects/{projectId}/runs', { params: { projectId }, body });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(expected)]);
});

test.each([
  [{}, 'checks'],
  // As deployed: the API knows that there is a model, and has no key of it.
  [{ OPENAI_MODEL: 'm' }, 'model'],
])('a start that leaves the mode open, where %j is set, is one by %s', async (settings, expected) => {
  const { projectId, start } = await starter();
  await api.settings(settings);
  const answer = await start().finally(() => api.settings({}));
  expect(answer.status).toBe(202);
  expect(await api.store.sql('SELECT mode FROM "Run" WHERE "projectId" = $1', [projectId])).toEqual([{ mode: expected }]);
});

test('the same key and body start one run, in turn and in parallel', async () => {
  const { projectId, start } = await starter();
  const key = { 'idempotency-key': randomUUID() };
  const [first, again] = [await start(key), await start(key)];
  expect([again.status, again.body]).toEqual([202, first.body]);
  expect(await runsOf(projectId)).toHaveLength(1);

  const other = { 'idempotency-key': randomUUID() };
  const answers = await Promise.all(Array.from({ length: 5 }, () => start(other)));
  // Those that came while the first was under way are told to wait; none started a second run.
  expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
  expect(numberOf(answers, 202)).toBeGreaterThan(0);
  expect(await runsOf(projectId)).toHaveLength(2);
});

test('the same key for another body or path is a conflict, for another person a key of their own', async () => {
  const [ann, bob] = await Promise.all([api.person(), api.person()]);
  const headers = { 'idempotency-key': 'key-1' };
  const made = await ann.ask('POST /projects', { body: { name: 'one' }, headers });
  const mismatch = await ann.ask('POST /projects', { body: { name: 'two' }, headers });
  const elsewhere = await ann.ask('POST /connections', { body: { name: 'one', url: 'https://a.example/' }, headers });
  const theirs = await bob.ask('POST /projects', { body: { name: 'two' }, headers });
  expect([made.status, mismatch.status, elsewhere.status, theirs.status]).toEqual([201, 409, 409, 201]);
  expect(mismatch.body).toMatchObject({ error: { message: 'This Idempotency-Key was used for another request.' } });
  expect((await ann.ask('GET /projects')).body['items']).toHaveLength(1);
});

test('a request that failed may be sent again under its key', async () => {
  const { person, projectId } = await starter();
  const send = (userId: unknown) =>
    person.ask('POST /projects/{projectId}/members', {
      params: { projectId },
      body: { userId, role: 'editor' },
      headers: { 'idempotency-key': 'key-2' },
    });
  expect((await send('nobody')).status).toBe(400);
  const userId = randomUUID();
  const [first, again] = [await send(userId), await send(userId)];
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
});

test('beyond the limit per minute: 429 with the seconds to wait, for that person alone', async () => {
  await api.settings({ REQUESTS_PER_MINUTE: '4' });
  const [ann, bob] = await Promise.all([api.person(), api.person()]);
  const answers = await Promise.all(Array.from({ length: 7 }, () => ann.ask('GET /frameworks')));
  expect([numberOf(answers, 200), numberOf(answers, 429)]).toEqual([4, 3]);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.body).toMatchObject({ error: { code: 'RATE_LIMITED', details: { retryAfterSeconds: expect.any(Number) } } });
  expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
  expect((await bob.ask('GET /frameworks')).status).toBe(200);
  await api.settings({});
});

test('cancelling stops the stage under way, once, and a second request does not stop the report of what was collected', async () => {
  const world = await worldOf(api.store, await api.person());
  const { owner, runId } = world;
  const cancel = () => owner.ask('POST /runs/{runId}/cancel', { params: { runId } });
  const stopped = () => api.machine.stopped.filter((arn) => arn.includes(runId)).map((arn) => arn.split(':').at(-1));
  api.machine.begin(`${runId}-analysis`);
  expect((await cancel()).status).toBe(202);
  // The report first: after the analysis it would be the one that tells what was collected.
  expect(stopped()).toEqual([`${runId}-report`, `${runId}-analysis`]);
  api.machine.begin(`${runId}-report`);
  expect((await cancel()).status).toBe(202);
  expect(stopped().filter((name) => name === `${runId}-report`)).toHaveLength(1);
  const events = await api.store.sql(`SELECT 1 FROM "AuditEvent" WHERE target = $1 AND action = 'run.cancel'`, [runId]);
  expect(events).toHaveLength(1);
});

test('a stop that fails is said, and the cancel stands', async () => {
  const { owner, runId } = await worldOf(api.store, await api.person());
  api.machine.refuse(true);
  const answer = await owner.ask('POST /runs/{runId}/cancel', { params: { runId } }).finally(() => api.machine.refuse(false));
  expect([answer.status, answer.body]).toEqual([503, { error: expect.objectContaining({ code: 'UNAVAILABLE' }) }]);
  const { body } = await owner.ask('GET /runs/{runId}', { params: { runId } });
  expect(body['cancelRequestedAt']).toEqual(expect.any(String));
});

test('a run that has ended cannot be cancelled', async () => {
  const { owner, runId } = await worldOf(api.store, await api.person());
  await api.store.sql(`UPDATE "Run" SET outcome = 'complete', "endedAt" = now() WHERE id = $1`, [runId]);
  const answer = await owner.ask('POST /runs/{runId}/cancel', { params: { runId } });
  expect([answer.status, answer.body]).toEqual([
    409,
    { error: expect.objectContaining({ message: 'The run has ended (complete).' }) },
  ]);
});
