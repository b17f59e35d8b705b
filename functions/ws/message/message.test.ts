import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serverMessage } from '../../../lib/contract/events.ts';
import type { Principal } from '../../../lib/contract/principal.ts';
import { ApiError } from '../../../lib/runtime/errors.ts';
import { memoryLogger } from '../../../lib/runtime/testing.ts';
import { type MessageDependencies, message } from './message.ts';

const ada: Principal = { userId: '11111111-1111-4111-8111-111111111111', email: null, expiresAt: 2_000_000_000 };
const runId = '22222222-2222-4222-8222-222222222222';
const projectId = '33333333-3333-4333-8333-333333333333';

function harness(overrides: Partial<MessageDependencies> = {}) {
  const calls: unknown[] = [];
  const sent: unknown[] = [];
  const logger = memoryLogger();
  const run = message({
    owner: async () => ada,
    takeRequest: async () => ({ allowed: true, retryAfterSeconds: 0 }),
    watch: async (wanted) => {
      calls.push(['watch', wanted]);
      return 'watching';
    },
    unwatch: async (...wanted) => void calls.push(['unwatch', ...wanted]),
    startRun: async (principal, wanted) => {
      calls.push(['start', principal, wanted]);
      return { runId };
    },
    cancelRun: async (principal, id) => void calls.push(['cancel', principal, id]),
    decide: async (principal, id, decision) => {
      calls.push(['decide', principal, id, decision]);
      return { runId };
    },
    // Whatever is sent is what clients are promised.
    send: async (_connectionId, frame) => void sent.push(serverMessage.parse(frame)),
    disconnect: async (connectionId) => void calls.push(['disconnect', connectionId]),
    clock: { now: () => new Date(1_999_999_999_000) },
    ...overrides,
  });
  const say = (body: unknown) =>
    run({
      connectionId: 'c1=',
      requestId: 'r1',
      origin: null,
      query: {},
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: new AbortController().signal,
      deadline: 0,
      logger,
    });
  return { say, calls, sent, logger };
}

describe('each action is answered under its requestId', () => {
  test.each([
    [{ action: 'ping', requestId: 'q' }, { v: 1, kind: 'pong', requestId: 'q' }, []],
    [{ action: 'ping' }, { v: 1, kind: 'pong' }, []],
    [
      { action: 'subscribe', requestId: 'q', runId, after: { stream: 'abcdefgh', seq: 3 } },
      { v: 1, kind: 'ack', requestId: 'q', runId },
      [['watch', { runId, connectionId: 'c1=', principal: ada, after: { stream: 'abcdefgh', seq: 3 }, requestId: 'q' }]],
    ],
    [
      { action: 'subscribe', runId },
      { v: 1, kind: 'ack', runId },
      [['watch', { runId, connectionId: 'c1=', principal: ada, after: null }]],
    ],
    [{ action: 'unsubscribe', runId }, { v: 1, kind: 'ack', runId }, [['unwatch', 'c1=', runId]]],
    [
      { action: 'start', requestId: 'q', projectId },
      { v: 1, kind: 'ack', requestId: 'q', runId },
      [['start', ada, { projectId, frameworkId: 'nist-csf-2.0', connectionIds: [], approvals: true }]],
    ],
    [
      { action: 'start', projectId, frameworkId: 'nist-ssdf-1.1', mode: 'model', connectionIds: [runId], approvals: false },
      { v: 1, kind: 'ack', runId },
      [['start', ada, { projectId, frameworkId: 'nist-ssdf-1.1', mode: 'model', connectionIds: [runId], approvals: false }]],
    ],
    [
      { action: 'approve', requestId: 'q', approvalId: projectId, decision: 'reject' },
      { v: 1, kind: 'ack', requestId: 'q', runId },
      [['decide', ada, projectId, 'reject']],
    ],
    [{ action: 'cancel', requestId: 'q', runId }, { v: 1, kind: 'ack', requestId: 'q', runId }, [['cancel', ada, runId]]],
  ])('%j', async (asked, answer, done) => {
    const { say, calls, sent } = harness();
    await say(asked);
    expect(sent).toEqual([answer]);
    expect(calls).toEqual(done);
  });
});

describe('what is refused is answered with an error, and nothing is done', () => {
  test.each([
    ['no JSON', 'nope', undefined],
    ['an unknown action', { action: 'delete-everything', requestId: 'q' }, 'q'],
    ['a run id that is none', { action: 'cancel', runId: 'x', requestId: 'q' }, 'q'],
    ['a cursor that is none', { action: 'subscribe', runId, after: 5, requestId: 'q' }, 'q'],
    ['a requestId that is too long', { action: 'ping', requestId: 'x'.repeat(65) }, undefined],
    ['an array', '[]', undefined],
  ])('%s', async (_name, asked, requestId) => {
    const { say, calls, sent } = harness();
    await say(asked);
    expect(sent).toEqual([expect.objectContaining({ kind: 'error', code: 'BAD_REQUEST', ...(requestId && { requestId }) })]);
    expect(calls).toEqual([]);
  });

  test('a run that is not yours is not found', async () => {
    const { say, sent } = harness({ watch: async () => 'not-found' });
    await say({ action: 'subscribe', runId, requestId: 'q' });
    expect(sent).toEqual([{ v: 1, kind: 'error', code: 'NOT_FOUND', message: 'There is no such run.', requestId: 'q' }]);
  });

  test('an approval that somebody else must give', async () => {
    const { say, sent } = harness({ decide: async () => Promise.reject(new ApiError('FORBIDDEN', 'Not yours.')) });
    await say({ action: 'approve', approvalId: runId, decision: 'approve' });
    expect(sent).toEqual([expect.objectContaining({ kind: 'error', code: 'FORBIDDEN' })]);
  });

  test('too many messages', async () => {
    const { say, calls, sent } = harness({ takeRequest: async () => ({ allowed: false, retryAfterSeconds: 3 }) });
    await say({ action: 'start', projectId });
    expect(sent).toEqual([expect.objectContaining({ code: 'RATE_LIMITED' })]);
    expect(calls).toEqual([]);
  });

  test('in the words of the error that the run threw', async () => {
    const { say, sent } = harness({
      startRun: async () => Promise.reject(new ApiError('TOO_MANY_RUNS', 'Three runs are active.')),
    });
    await say({ action: 'start', projectId, requestId: 'q' });
    expect(sent).toEqual([{ v: 1, kind: 'error', code: 'TOO_MANY_RUNS', message: 'Three runs are active.', requestId: 'q' }]);
  });

  test('without a word of an error that was not meant for it', async () => {
    const { say, sent, logger } = harness({ cancelRun: async () => Promise.reject(new Error('canary')) });
    await say({ action: 'cancel', runId });
    expect(sent).toEqual([expect.objectContaining({ code: 'INTERNAL' })]);
    expect(JSON.stringify(sent)).not.toContain('canary');
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error' });
  });
});

describe('authorisation is asked at every message', () => {
  const actions = [
    { action: 'ping' },
    { action: 'subscribe', runId },
    { action: 'unsubscribe', runId },
    { action: 'start', projectId },
    { action: 'cancel', runId },
    { action: 'approve', approvalId: runId, decision: 'reject' },
  ];

  test.each(actions)('$action after the token has expired: refused, and the socket is closed', async (asked) => {
    const { say, calls, sent } = harness({ clock: { now: () => new Date(2_000_000_000_000) } });
    await say(asked);
    expect(sent).toEqual([expect.objectContaining({ kind: 'error', code: 'UNAUTHENTICATED' })]);
    expect(calls).toEqual([['disconnect', 'c1=']]);
  });

  test.each(actions)('$action on a connection that nobody opened: the same', async (asked) => {
    const { say, calls, sent } = harness({ owner: async () => null });
    await say(asked);
    expect(sent).toEqual([expect.objectContaining({ code: 'UNAUTHENTICATED' })]);
    expect(calls).toEqual([['disconnect', 'c1=']]);
  });

  test('a token that runs out while the run is looked up closes it too', async () => {
    const { say, calls } = harness({ watch: async () => 'expired' });
    await say({ action: 'subscribe', runId });
    expect(calls).toEqual([['disconnect', 'c1=']]);
  });
});

test('whatever is said gets exactly one answer, of a kind that clients know', async () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        action: fc.constantFrom('ping', 'subscribe', 'start', 'cancel', 'approve', '__proto__', 'constructor'),
        requestId: fc.anything(),
      })
      .map((said) => JSON.stringify(said)),
  );
  await fc.assert(
    fc.asyncProperty(anything, async (said) => {
      const { say, sent } = harness();
      await say(said);
      expect(sent).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});
