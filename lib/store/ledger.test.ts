import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { person, testStore } from '../../test/support/store.ts';
import { Immutable, NotPermitted, StaleAttempt } from './errors.ts';
import {
  type CompletedCall,
  completeToolCalls,
  insertBlobs,
  ledgerOf,
  type NewToolCall,
  pageOfLedger,
  readBlobs,
  startToolCalls,
} from './ledger.ts';
import { beginStep, type Fence } from './steps.ts';
import { sql } from './tx.ts';

const t = await testStore();
const sha = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');
const planTaskId = randomUUID();

function call(tool = 'read', args: Record<string, unknown> = {}): NewToolCall {
  const callKey = sha(JSON.stringify([tool, args, randomUUID()]));
  const startedAt = new Date('2026-03-04T05:06:07.089Z');
  return {
    id: randomUUID(),
    planTaskId,
    connectionId: randomUUID(),
    callKey,
    serverName: 's',
    serverVersion: '1',
    tool,
    args,
    startedAt,
  };
}

function result(id: string, ...contents: string[]): CompletedCall {
  const blobs = contents.map((words, index) => {
    const content = Buffer.from(words);
    return { index, sha256: sha(content), bytes: content.length, truncated: false, content };
  });
  return { id, status: 'ok', error: null, durationMs: 12, resultSha256: sha(contents.join('')), blobs };
}

async function begun(): Promise<{ fence: Fence; projectId: string; runId: string }> {
  const { projectId, runId } = await t.projectWithRun(person());
  const fence = await t.store.forRun(runId, (tx) => beginStep(tx, runId, 'extract', planTaskId, 'task'));
  return { fence, projectId, runId };
}

describe('the ledger', () => {
  test('keeps calls in the order in which they started, with what came of them', async () => {
    const { fence, projectId, runId } = await begun();
    const calls = Array.from({ length: 30 }, (_, at) =>
      call('read', { path: `a/${at}`, 'odd\0key': '\0', list: [1, 'x', null] }),
    );
    await t.store.forRun(runId, (tx) => startToolCalls(tx, fence, calls));
    await t.store.forRun(runId, (tx) =>
      completeToolCalls(
        tx,
        fence,
        calls.toReversed().map(({ id }, at) => result(id, `text ${at}`, 'the same')),
      ),
    );
    const rows = await t.store.forRun(runId, (tx) => ledgerOf(tx, runId, planTaskId));
    expect(rows.map(({ id }) => id)).toEqual(calls.map(({ id }) => id));
    expect(rows[0]).toMatchObject({
      status: 'ok',
      attempt: 1,
      durationMs: 12,
      startedAt: calls[0]?.startedAt,
      args: { path: 'a/0', 'odd\uFFFDkey': '\uFFFD', list: [1, 'x', null] },
      blobs: [
        { index: 0, sha256: sha('text 29'), bytes: 7, truncated: false },
        { index: 1, sha256: sha('the same'), bytes: 8, truncated: false },
      ],
    });
    const contents = await t.store.forRun(runId, (tx) =>
      readBlobs(tx, projectId, [sha('text 3'), sha('the same'), sha('not there')]),
    );
    const words = new Map([...contents].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));
    expect(words).toEqual(
      new Map([
        [sha('text 3'), 'text 3'],
        [sha('the same'), 'the same'],
      ]),
    );
    const behind = rows[9]?.ordinal ?? 0;
    const page = await t.store.forRun(runId, (tx) => pageOfLedger(tx, runId, behind, 5));
    expect(page.map(({ id }) => id)).toEqual(calls.slice(10, 15).map(({ id }) => id));
  });

  test('a later attempt takes over what was left open, and leaves alone what is complete', async () => {
    const { fence, runId } = await begun();
    const [open, complete] = [call(), call()];
    await t.store.forRun(runId, async (tx) => {
      await startToolCalls(tx, fence, [open, complete]);
      await completeToolCalls(tx, fence, [result(complete.id, 'kept')]);
    });
    const second = await t.store.forRun(runId, (tx) => beginStep(tx, runId, 'extract', planTaskId, 'task'));
    const again = [open, complete].map((first) => ({ ...first, id: randomUUID() }));
    const held = await t.store.forRun(runId, (tx) => startToolCalls(tx, second, again));
    expect(held).toEqual([{ id: open.id, planTaskId, callKey: open.callKey }]);
    const rows = await t.store.forRun(runId, (tx) => ledgerOf(tx, runId));
    expect(rows.map(({ id, status, attempt }) => [id, status, attempt])).toEqual([
      [open.id, 'started', 2],
      [complete.id, 'ok', 1],
    ]);
  });

  test('a call is completed once, by the attempt that holds it', async () => {
    const { fence, runId } = await begun();
    const first = call();
    await t.store.forRun(runId, (tx) => startToolCalls(tx, fence, [first]));
    await t.store.forRun(runId, (tx) => completeToolCalls(tx, fence, [result(first.id, 'one')]));
    const twice = t.store.forRun(runId, (tx) => completeToolCalls(tx, fence, [result(first.id, 'two')]));
    await expect(twice).rejects.toThrow(StaleAttempt);
    const [row] = await t.store.forRun(runId, (tx) => ledgerOf(tx, runId));
    expect(row?.resultSha256).toBe(sha('one'));
  });

  const forbidden = [
    `UPDATE "ToolCall" SET "resultSha256" = 'forged' WHERE id = $1`,
    `UPDATE "ToolCall" SET status = 'started' WHERE id = $1`,
    `UPDATE "ToolCall" SET args = '{"path":"other"}' WHERE id = $1`,
    `DELETE FROM "ToolCall" WHERE id = $1`,
  ];
  test.each(forbidden)('a complete row stays as it is, even for the superuser: %s', async (statement) => {
    const { fence, runId } = await begun();
    const one = call();
    await t.store.forRun(runId, (tx) => startToolCalls(tx, fence, [one]));
    await t.store.forRun(runId, (tx) => completeToolCalls(tx, fence, [result(one.id, 'x')]));
    await expect(t.sql(statement, [one.id])).rejects.toMatchObject({ code: '23001' });
  });

  test('what an open call asked can not change either, and the program may not delete', async () => {
    const { fence, runId } = await begun();
    const one = call();
    await t.store.forRun(runId, (tx) => startToolCalls(tx, fence, [one]));
    await expect(t.sql(`UPDATE "ToolCall" SET tool = 'other' WHERE id = $1`, [one.id])).rejects.toMatchObject({ code: '23001' });
    await expect(t.sql('TRUNCATE "ToolCall"')).rejects.toMatchObject({ code: '23001' });
    await expect(
      t.store.forRun(runId, (tx) => sql(tx).execute`DELETE FROM "ToolCall" WHERE id = ${one.id}::uuid`),
    ).rejects.toThrow(NotPermitted);
    await expect(
      t.store.forRun(runId, async (tx) => {
        await completeToolCalls(tx, fence, [result(one.id, 'x')]);
        await sql(tx).execute`UPDATE "ToolCall" SET error = 'e' WHERE id = ${one.id}::uuid`;
      }),
    ).rejects.toThrow(Immutable);
  });

  test('goes with its project, and only so', async () => {
    const { fence, projectId, runId } = await begun();
    const one = call();
    await t.store.forRun(runId, async (tx) => {
      await startToolCalls(tx, fence, [one]);
      await completeToolCalls(tx, fence, [result(one.id, 'gone')]);
    });
    await t.sql('DELETE FROM "Project" WHERE id = $1', [projectId]);
    const left = await t.sql(
      'SELECT (SELECT count(*) FROM "ToolCall" WHERE "runId" = $1)::int calls, (SELECT count(*) FROM "Blob" WHERE "projectId" = $2)::int blobs',
      [runId, projectId],
    );
    expect(left).toEqual([{ calls: 0, blobs: 0 }]);
  });
});

describe('blobs', () => {
  test('are refused under a name that is not their hash', async () => {
    const { projectId, runId } = await begun();
    const forged = t.store.forRun(runId, (tx) =>
      insertBlobs(tx, projectId, [{ sha256: sha('other'), content: Buffer.from('this') }]),
    );
    await expect(forged).rejects.toMatchObject({ code: '23514' });
  });

  test('any bytes come back as they were, larger than one statement takes', async () => {
    const { projectId, runId } = await begun();
    const contents = [
      Buffer.alloc(0),
      Buffer.from([0, 255, 92, 34, 123, 125, 44]),
      Buffer.alloc(5 << 20, 7),
      Buffer.alloc(5 << 20, 9),
    ];
    const blobs = contents.map((content) => ({ sha256: sha(content), content }));
    await t.store.forRun(runId, (tx) => insertBlobs(tx, projectId, [...blobs, ...blobs]));
    const read = await t.store.forRun(runId, (tx) =>
      readBlobs(
        tx,
        projectId,
        blobs.map(({ sha256 }) => sha256),
      ),
    );
    expect([...read].map(([name, bytes]) => name === sha(bytes))).toEqual([true, true, true, true]);
  });

  test('two writers of the same blobs in opposite order both succeed', async () => {
    const { projectId, runId } = await begun();
    const blobs = Array.from({ length: 40 }, (_, at) => Buffer.from(`shared ${at}`)).map((content) => ({
      sha256: sha(content),
      content,
    }));
    const write = (some: typeof blobs) => t.store.forRun(runId, (tx) => insertBlobs(tx, projectId, some));
    await Promise.all([write(blobs), write(blobs.toReversed()), write(blobs), write(blobs.toReversed())]);
    const read = await t.store.forRun(runId, (tx) =>
      readBlobs(
        tx,
        projectId,
        blobs.map(({ sha256 }) => sha256),
      ),
    );
    expect(read.size).toBe(40);
  });
});
