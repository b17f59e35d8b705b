/** When what a tool answered is in the ledger, and what becomes of those who rely on it where it can't be. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { person, testStore } from '../../test/support/store.ts';
import type { PermittedSession } from '../mcp/permitted.ts';
import { decodeResult } from '../mcp/result.ts';
import { ledgerOf } from '../store/ledger.ts';
import { getRun } from '../store/runs.ts';
import { beginStep } from '../store/steps.ts';
import type { Store } from '../store/store.ts';
import { openLedgerTools } from './ledger-tools.ts';
import { openModelLedger } from './model-ledger.ts';

const t = await testStore();

/** `keep` is asked before each completion goes to the database, and is given its number from 0. */
async function opened(keep: (at: number) => Promise<void>) {
  const { runId, connectionId } = await t.projectWithRun(person());
  const run = await t.store.forRunInSql(runId, (tx) => getRun(tx, runId));
  if (run === null) throw new Error('no run');
  const id = randomUUID();
  const fence = await t.store.forRunInSql(runId, (tx) => beginStep(tx, runId, 'extract', id, 'task'));
  let completions = 0;
  const store: Store = {
    ...t.store,
    async forRunInSql(ofRun, work, options) {
      if (options?.among === 'blobs') await keep(completions++);
      return t.store.forRunInSql(ofRun, work, options);
    },
  };
  const called: unknown[] = [];
  const session: PermittedSession = {
    server: { name: 's', version: '1' },
    listTools: async () => [],
    asked: () => [],
    close: async () => undefined,
    verdict: () => ({ kind: 'call', repeatable: true }),
    offered: [],
    async callTool(_tool, args) {
      called.push(args.n);
      return decodeResult([{ type: 'text', text: `answer ${args.n}` }], { isError: false, credentialFree: (text) => text });
    },
  };
  const tools = await openLedgerTools({
    store,
    context: {
      ...{ run, fence, cause: null, stepName: 'extraction/x#1', publish: () => undefined, later: () => undefined },
      ...openModelLedger(store, fence),
    },
    planTask: {
      ...{ id, position: 0, source: 's', connectionId, profile: 'generic', scope: {}, capability: 'exploration' },
      ...{ controlIds: [], goal: '', toolBudget: 10, deadlineMs: null },
    },
    session,
    unseen: 'not asked',
    signal: AbortSignal.timeout(20_000),
    now: () => new Date(),
  });
  const statuses = async () =>
    (await t.store.forRunInSql(runId, (tx) => ledgerOf(tx, runId))).map(({ args, status }) => [args.n, status]);
  return { tools, called, statuses };
}

const calls = (count: number, from = 0) => Array.from({ length: count }, (_, at) => ({ tool: 'read', args: { n: from + at } }));

test('an answer is given before it is kept; nothing more is called, and `kept` waits, until it is', async () => {
  const held = Promise.withResolvers<void>();
  const { tools, called, statuses } = await opened((at) => (at === 0 ? held.promise : Promise.resolve()));
  const [answer] = await tools.call(calls(1));
  expect(answer).toMatchObject({ status: 'ok', blocks: [{ text: 'answer 0' }] });
  expect(await statuses()).toEqual([[0, 'started']]);
  const more = tools.call(calls(1, 1));
  const isKept = tools.kept().then(() => 'kept');
  expect(await Promise.race([isKept, statuses()])).toEqual([[0, 'started']]);
  expect(called).toEqual([0]);
  held.resolve();
  expect(await isKept).toBe('kept');
  await more;
  await tools.kept();
  expect(await statuses()).toEqual([
    [0, 'ok'],
    [1, 'ok'],
  ]);
});

test('where it can not be kept, nothing more is called, and `kept` says why', async () => {
  const { tools, called } = await opened(() => Promise.reject(new Error('no database')));
  await tools.call(calls(1));
  await expect(tools.call(calls(1, 1))).rejects.toThrow('no database');
  await expect(tools.kept()).rejects.toThrow('no database');
  expect(called).toEqual([0]);
});

test('one that can not be kept is told once the others are', async () => {
  const held = Promise.withResolvers<void>();
  const { tools, statuses } = await opened((at) => (at === 0 ? Promise.reject(new Error('no database')) : held.promise));
  // Two batches, side by side.
  await tools.call(calls(65));
  let isOver = false;
  const kept = tools.kept().finally(() => {
    isOver = true;
  });
  kept.catch(() => undefined);
  expect((await statuses()).every(([, status]) => status === 'started')).toBe(true);
  expect(isOver).toBe(false);
  held.resolve();
  await expect(kept).rejects.toThrow('no database');
  expect((await statuses()).filter(([, status]) => status === 'ok').length).toBeGreaterThan(0);
});
