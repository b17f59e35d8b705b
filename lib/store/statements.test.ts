import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { person, testStore } from '../../test/support/store.ts';
import { insertEvidence, insertFindings, listEvidence, listFindings } from './findings.ts';
import { completeToolCalls, ledgerOf, startToolCalls } from './ledger.ts';
import { archiveEvents, readArchive } from './report.ts';
import {
  insertCheckResults,
  insertControlResults,
  insertGaps,
  insertPopulations,
  insertRemediation,
  listCheckResults,
  listControlResults,
  listGaps,
  listPopulations,
  listRemediation,
} from './results.ts';
import { listRuns, setOutcome } from './runs.ts';
import { beginStep, listSteps } from './steps.ts';
import { checkResult, excerpt, finding, gap, remediation, sha } from './testing.ts';
import type { Tx } from './tx.ts';

const t = await testStore();
const ann = person();

describe('the number of statements does not grow with the rows', () => {
  /** Statements that one call sends, its door's own among them. */
  async function statements(work: () => Promise<unknown>): Promise<number> {
    const query = vi.spyOn(pg.Client.prototype, 'query');
    await work();
    const count = query.mock.calls.length;
    query.mockRestore();
    return count;
  }

  async function fill(rows: number): Promise<{ run: string; project: string; written: number }> {
    const owner = ann;
    const { projectId: project, runId: run } = await t.projectWithRun(owner);
    await t.sql(
      `INSERT INTO "Run" (id, "projectId", "startedBy", "frameworkId", mode, "connectionIds") SELECT gen_random_uuid(), $1, $2, 'f', 'checks', '{}' FROM generate_series(2, $3)`,
      [project, owner.userId, rows],
    );
    const fence = await t.store.forRun(run, (tx) => beginStep(tx, run, 'extract', 'x', 'task'));
    const planTaskId = randomUUID();
    const many = <T>(make: (at: number) => T) => Array.from({ length: rows }, (_, at) => make(at));
    const calls = many((at) => ({
      id: randomUUID(),
      planTaskId,
      connectionId: randomUUID(),
      callKey: `k${at}`,
      serverName: 's',
      serverVersion: '1',
      tool: 't',
      args: {},
      startedAt: new Date(),
    }));
    const written = await statements(() =>
      t.store.forRun(run, async (tx) => {
        await startToolCalls(tx, fence, calls);
        const blob = (at: number) => ({
          index: 0,
          sha256: sha(`b${at}`),
          bytes: 1,
          truncated: false,
          content: Buffer.from(`b${at}`),
        });
        await completeToolCalls(
          tx,
          fence,
          calls.map(({ id }, at) => ({
            id,
            status: 'ok',
            error: null,
            durationMs: 1,
            resultSha256: sha('r'),
            blobs: [blob(at)],
          })),
        );
        await insertCheckResults(
          tx,
          fence,
          many((at) => checkResult(planTaskId, at)),
        );
        await insertPopulations(
          tx,
          fence,
          many((at) => ({ planTaskId, what: `w${at}`, count: 1, complete: true, note: null })),
        );
        await insertGaps(tx, fence, many(gap));
        await insertControlResults(
          tx,
          fence,
          many((at) => ({
            controlId: `c${at}`,
            status: 'not-assessed',
            basis: null,
            reason: '',
            proposal: null,
            findingIds: [],
          })),
        );
        await insertFindings(
          tx,
          fence,
          many((at) => finding(planTaskId, `check-${at}`)),
        );
        await insertEvidence(tx, fence, many(excerpt));
        await insertRemediation(tx, fence, many(remediation));
        await archiveEvents(
          tx,
          run,
          many((seq) => ({ stream: 'stream', seq, time: new Date(), event: {} })),
        );
      }),
    );
    for (let at = 1; at < rows; at += 1) await t.store.forRun(run, (tx) => beginStep(tx, run, 'extract', `x${at}`, 'task'));
    return { run, project, written };
  }

  test('neither to write nor to list', async () => {
    const [few, more] = [await fill(3), await fill(60)];
    expect(more.written).toBe(few.written);
    const lists = ({ run, project }: { run: string; project: string }): Record<string, (tx: Tx) => Promise<unknown>> => ({
      listRuns: (tx) => listRuns(tx, project, { limit: 100 }),
      listSteps: (tx) => listSteps(tx, run),
      ledgerOf: (tx) => ledgerOf(tx, run),
      listCheckResults: (tx) => listCheckResults(tx, run),
      listPopulations: (tx) => listPopulations(tx, run),
      listGaps: (tx) => listGaps(tx, run),
      listControlResults: (tx) => listControlResults(tx, run),
      listFindings: (tx) => listFindings(tx, run),
      listEvidence: (tx) => listEvidence(tx, run),
      listRemediation: (tx) => listRemediation(tx, run),
      readArchive: (tx) => readArchive(tx, run, null, 100),
    });
    const counts = async (of: { run: string; project: string }) => {
      const counted: Record<string, [rows: number, statements: number]> = {};
      for (const [name, list] of Object.entries(lists(of))) {
        let rows = 0;
        const sent = await statements(() =>
          t.store.forUser(ann, async (tx) => {
            const listed = await list(tx);
            rows = (Array.isArray(listed) ? listed : (listed as { items: unknown[] }).items).length;
          }),
        );
        counted[name] = [rows, sent];
      }
      return counted;
    };
    const [small, large] = [await counts(few), await counts(more)];
    const names = Object.keys(large);
    expect(names.map((name) => [name, small[name]?.[0], large[name]?.[0]])).toEqual(names.map((name) => [name, 3, 60]));
    expect(names.map((name) => [name, large[name]?.[1]])).toEqual(names.map((name) => [name, small[name]?.[1]]));
    // BEGIN with the door's setting, the list, COMMIT.
    expect(Math.max(...names.map((name) => large[name]?.[1] ?? 0))).toBe(3);
  });

  test('a member who may read a run reads its rows, a stranger none of them', async () => {
    const { run } = await fill(3);
    await t.store.forRun(run, (tx) => setOutcome(tx, run, { outcome: 'complete', endedAt: new Date(), score: null }));
    const of = (who: typeof ann) =>
      t.store.forUser(who, async (tx) =>
        [await ledgerOf(tx, run), await listFindings(tx, run), await listEvidence(tx, run)].map(({ length }) => length),
      );
    expect([await of(ann), await of(person())]).toEqual([
      [3, 3, 3],
      [0, 0, 0],
    ]);
  });
});
