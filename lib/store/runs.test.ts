import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { person, testStore } from '../../test/support/store.ts';
import { Immutable, NotPermitted } from './errors.ts';
import { InvalidCursor } from './page.ts';
import { previousReport } from './report.ts';
import {
  countActiveRuns,
  getRun,
  insertRun,
  listRuns,
  markStarted,
  requestCancel,
  setOutcome,
  setStageDeadline,
} from './runs.ts';
import { db } from './tx.ts';

const t = await testStore();
const score = { value: 80, low: 40.5, high: 90 };
const start = (name: string) => ({ executionArn: name, startedAt: new Date(1e12), deadlineAt: new Date(2e12) });

describe('a run', () => {
  test('is started once: the first start stands', async () => {
    const { runId } = await t.projectWithRun(person());
    const mark = (name: string) => t.store.forRun(runId, (tx) => markStarted(tx, runId, start(name)));
    expect([await mark('one'), await mark('two')]).toEqual([true, false]);
    await t.store.forRun(runId, (tx) => setStageDeadline(tx, runId, new Date(3e12)));
    expect(await t.store.forRun(runId, (tx) => getRun(tx, runId))).toMatchObject({
      ...start('one'),
      stageDeadlineAt: new Date(3e12),
    });
  });

  test('gets one outcome, whoever else concludes it at the same moment', async () => {
    const { runId } = await t.projectWithRun(person());
    const outcomes = ['complete', 'failed', 'partial', 'cancelled'] as const;
    const told = await Promise.all(
      outcomes.map((outcome) => t.store.forRun(runId, (tx) => setOutcome(tx, runId, { outcome, endedAt: new Date(), score }))),
    );
    const row = await t.store.forRun(runId, (tx) => getRun(tx, runId));
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(row).toMatchObject({ outcome: outcomes[told.indexOf(true)], scoreValue: 80, scoreLow: 40.5, scoreHigh: 90, epoch: 1 });
    await expect(t.sql(`UPDATE "Run" SET outcome = 'complete', "scoreLow" = 100 WHERE id = $1`, [runId])).rejects.toMatchObject({
      code: '23001',
    });
  });

  test('is cancelled by who may write, and concluded by nobody but itself', async () => {
    const [owner, auditor] = [person(), person()];
    const projectId = await t.project({ [owner.userId]: 'owner', [auditor.userId]: 'auditor' });
    const runId = await t.run(projectId, owner);
    const cancel = (who: typeof owner) => t.store.forUser(who, (tx) => requestCancel(tx, runId, new Date()));
    expect([await cancel(auditor), await cancel(owner), await cancel(owner)]).toEqual([false, true, false]);
    const forged = t.store.forUser(owner, (tx) => setOutcome(tx, runId, { outcome: 'complete', endedAt: new Date(), score }));
    await expect(forged).rejects.toThrow(NotPermitted);
  });

  test('lets a person count what runs, one start at a time', async () => {
    const owner = person();
    const projectId = await t.project({ [owner.userId]: 'owner' });
    const startIfFew = () =>
      t.store.forUser(owner, async (tx) => {
        if ((await countActiveRuns(tx, owner.userId)) >= 3) return false;
        const run = {
          id: randomUUID(),
          projectId,
          startedBy: owner.userId,
          frameworkId: 'f',
          mode: 'checks',
          connectionIds: [],
          approvals: false,
        } as const;
        await insertRun(tx, run);
        return true;
      });
    const started = await Promise.all(Array.from({ length: 5 }, startIfFew));
    expect(started.filter(Boolean)).toHaveLength(3);
  });

  test('can not be started with a connection of somebody else’s', async () => {
    const [owner, other] = [person(), person()];
    const projectId = await t.project({ [owner.userId]: 'owner' });
    const connectionIds = [await t.connection(owner), await t.connection(other)];
    const run = {
      id: randomUUID(),
      projectId,
      startedBy: owner.userId,
      frameworkId: 'f',
      mode: 'checks',
      connectionIds,
      approvals: false,
    } as const;
    await expect(t.store.forUser(owner, (tx) => insertRun(tx, run))).rejects.toThrow(NotPermitted);
    const own = connectionIds.slice(0, 1);
    await t.store.forUser(owner, (tx) => insertRun(tx, { ...run, connectionIds: own }));
    const kept = await t.store.forUser(owner, (tx) => getRun(tx, run.id));
    expect(kept).toMatchObject({ ...run, connectionIds: own, epoch: 0, outcome: null });
  });

  test('is compared with the last of the project that came to a result on the same framework', async () => {
    const owner = person();
    const projectId = await t.project({ [owner.userId]: 'owner' });
    const at = (minute: number) => new Date(Date.UTC(2026, 1, 1, 0, minute));
    const reported = async (minute: number, more: Partial<Parameters<typeof t.run>[2]>) => {
      const id = await t.run(projectId, owner, { createdAt: at(minute), ...more });
      const content = { minute, long: 'not asked for' };
      await t.sql(`INSERT INTO "Report" VALUES ($1, $2, 'root', 'key', $3)`, [id, projectId, JSON.stringify(content)]);
    };
    const previous = (runId: string) =>
      t.store.forRunInSql(runId, async (tx) => {
        const run = await getRun(tx, runId);
        return run && previousReport(tx, run, ['minute']);
      });
    const first = await t.run(projectId, owner, { createdAt: at(0) });
    await reported(1, { outcome: 'complete' });
    await reported(2, { outcome: 'partial' });
    await reported(3, { outcome: 'complete', frameworkId: 'other' });
    await reported(4, { outcome: 'failed' });
    await reported(5, {});
    const runId = await t.run(projectId, owner, { createdAt: at(6) });
    await reported(7, { outcome: 'complete' });
    expect(await previous(runId)).toEqual({ minute: 2 });
    expect(await previous(first)).toBeNull();
  });

  test('keeps its rows from being rewritten once a person has decided or been audited', async () => {
    const { projectId, runId } = await t.projectWithRun(person());
    const id = randomUUID();
    await t.sql(`INSERT INTO "ControlDecision" VALUES ($1, $2, 'GV.OC-01', 'accept', 'seen', $1)`, [id, runId]);
    await t.sql(`INSERT INTO "AuditEvent" (id, "projectId", "userId", action) VALUES ($1, $2, $1, 'run.start')`, [id, projectId]);
    const changes = [
      `UPDATE "ControlDecision" SET decision = 'reject'`,
      `DELETE FROM "ControlDecision"`,
      `UPDATE "AuditEvent" SET action = 'x'`,
      `DELETE FROM "AuditEvent"`,
    ];
    for (const change of [...changes, 'TRUNCATE "AuditEvent"', 'TRUNCATE "ControlDecision"', 'TRUNCATE "FindingOverlay"']) {
      await expect(t.sql(change)).rejects.toMatchObject({ code: '23001' });
    }
    await t.sql('DELETE FROM "Project" WHERE id = $1', [projectId]);
    const left = await t.sql(
      'SELECT (SELECT count(*)::int FROM "ControlDecision" WHERE id = $1) AS decisions, (SELECT count(*)::int FROM "AuditEvent" WHERE id = $1) AS events',
      [id],
    );
    expect(left).toEqual([{ decisions: 0, events: 1 }]);
  });

  test('whose epoch would fall is refused', async () => {
    const { runId } = await t.projectWithRun(person());
    const fall = t.store.forRun(runId, (tx) => db(tx).run.updateMany({ where: { id: runId }, data: { epoch: -1 } }));
    await expect(fall).rejects.toThrow(Immutable);
  });
});

describe('what is due', () => {
  test('is overdue, or was never started within the grace, and has no outcome', async () => {
    const owner = person();
    const projectId = await t.project({ [owner.userId]: 'owner' });
    const [now, early, late] = [
      new Date('2031-01-01T00:10:00Z'),
      new Date('2031-01-01T00:00:00Z'),
      new Date('2031-01-01T00:20:00Z'),
    ];
    const overdue = await t.run(projectId, owner, {
      createdAt: early,
      startedAt: early,
      deadlineAt: new Date('2031-01-01T00:09:59Z'),
    });
    const never = await t.run(projectId, owner, { createdAt: new Date('2031-01-01T00:07:59Z') });
    await t.run(projectId, owner, { createdAt: early, startedAt: early, deadlineAt: late });
    await t.run(projectId, owner, { createdAt: new Date('2031-01-01T00:08:01Z') });
    await t.run(projectId, owner, { createdAt: early, startedAt: early, deadlineAt: early, outcome: 'failed' });
    const due = (await t.store.sys.dueRuns(now)).filter(({ runId }) => [overdue, never].includes(runId));
    expect(due).toEqual([
      { runId: overdue, reason: 'overdue' },
      { runId: never, reason: 'never-started' },
    ]);
    const all = await t.store.sys.dueRuns(now, { startGraceMs: 0 });
    expect(
      await t.sql('SELECT id FROM "Run" WHERE id = ANY ($1::uuid[]) AND "projectId" = $2', [
        all.map(({ runId }) => runId),
        projectId,
      ]),
    ).toHaveLength(3);
  });

  test('is told with its owner, and an unknown run with none', async () => {
    const owner = person();
    const { runId } = await t.projectWithRun(owner);
    expect(await t.store.sys.runOwner(runId)).toEqual({ runId, startedBy: owner.userId });
    expect(await t.store.sys.runOwner(randomUUID())).toBeNull();
  });

  test('members may see a run, and nobody else, from the moment on that they are none', async () => {
    const [owner, stranger, auditor] = [person(), person(), person()];
    const { projectId, runId } = await t.projectWithRun(owner);
    const maySee = ({ userId }: { userId: string }) => t.store.sys.maySeeRun(userId, runId);
    await t.sql(`INSERT INTO "ProjectMember" ("projectId", "userId", role) VALUES ($1, $2, 'auditor')`, [
      projectId,
      auditor.userId,
    ]);
    expect([await maySee(owner), await maySee(auditor), await maySee(stranger)]).toEqual([true, true, false]);
    await t.sql(`DELETE FROM "ProjectMember" WHERE "projectId" = $1 AND "userId" = $2`, [projectId, auditor.userId]);
    expect(await maySee(auditor)).toBe(false);
    expect(await t.store.sys.maySeeRun(owner.userId, randomUUID())).toBe(false);
  });
});

describe('a cursor', () => {
  test.each(['', 'x', Buffer.from('[1]').toString('base64url'), Buffer.from('["1","x"]').toString('base64url')])(
    'that no list gave is refused: %j',
    async (cursor) => {
      const { projectId } = await t.projectWithRun(person());
      await expect(t.store.forUser(person(), (tx) => listRuns(tx, projectId, { cursor, limit: 5 }))).rejects.toThrow(
        InvalidCursor,
      );
    },
  );
});
