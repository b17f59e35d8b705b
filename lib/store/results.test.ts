import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { person, testStore } from '../../test/support/store.ts';
import { StaleAttempt, UniqueViolation } from './errors.ts';
import { getEvidence, getFinding, insertEvidence, insertFindings, listEvidence, listFindings } from './findings.ts';
import { completeToolCalls, startToolCalls } from './ledger.ts';
import { archiveEvents, getReportHead, insertReport, listSections, readArchive, writeSection } from './report.ts';
import {
  type ControlResultRow,
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
import { beginStep, type Fence } from './steps.ts';
import { checkResult, excerpt, finding, gap, odd, population, prose, remediation } from './testing.ts';
import type { Tx } from './tx.ts';

const t = await testStore();
const ann = person();
let [projectId, runId] = ['', ''];
beforeAll(async () => {
  ({ projectId, runId } = await t.projectWithRun(ann));
});

const inRun = <T>(work: (tx: Tx) => Promise<T>) => t.store.forRun(runId, work);
const begin = (item: string) => inRun((tx) => beginStep(tx, runId, 'extract', item, 'task'));
describe('what a task found comes back as it was written', () => {
  test('check results and populations', async () => {
    const planTaskId = randomUUID();
    const [fence, rows] = [await begin(planTaskId), [0, 1, 2].map((at) => checkResult(planTaskId, at))];
    const populations = [
      { planTaskId, what: 'files', count: 12, complete: false, note: odd },
      { planTaskId, what: 'tags', count: 0, complete: true, note: null },
    ];
    await inRun(async (tx) => {
      await insertCheckResults(tx, fence, rows);
      await insertPopulations(tx, fence, populations);
    });
    const mine = <T extends { planTaskId: string }>(all: readonly T[]) => all.filter((row) => row.planTaskId === planTaskId);
    expect(mine(await inRun((tx) => listCheckResults(tx, runId)))).toEqual(rows);
    expect(mine(await inRun((tx) => listPopulations(tx, runId)))).toEqual(populations);
  });

  test('evidence, in the order in which it was given', async () => {
    const [fence, items] = [await begin('evidence'), [excerpt(), population(), excerpt(), population(), excerpt()]];
    await inRun((tx) => insertEvidence(tx, fence, items));
    const ids = new Set(items.map(({ id }) => id));
    expect((await inRun((tx) => listEvidence(tx, runId))).filter(({ id }) => ids.has(id))).toEqual(items);
    expect(await inRun((tx) => getEvidence(tx, runId, items[1]?.id ?? ''))).toEqual(items[1]);
    expect(await inRun((tx) => getEvidence(tx, runId, randomUUID()))).toBeNull();
  });

  test('findings, controls, gaps, remediation and sections', async () => {
    const fence = await begin('all');
    const findings = [finding(randomUUID(), 'check-a'), finding(null, null)];
    const gaps = [gap()];
    const controls: ControlResultRow[] = [
      {
        controlId: 'A',
        status: 'not-assessed',
        basis: null,
        reason: odd,
        proposal: { status: 'satisfied', reason: odd, evidenceIds: [randomUUID()] },
        findingIds: [],
      },
      {
        controlId: 'B',
        status: 'not-satisfied',
        basis: 'check',
        reason: odd,
        proposal: null,
        findingIds: [randomUUID(), randomUUID()],
      },
    ];
    const remediations = [remediation(1), remediation(2)];
    await inRun(async (tx) => {
      await insertFindings(tx, fence, findings);
      await insertGaps(tx, fence, gaps);
      await insertControlResults(tx, fence, controls);
      await insertRemediation(tx, fence, remediations.toReversed());
      await writeSection(tx, fence, { id: 'strengths', title: odd, prose });
    });
    expect(await inRun((tx) => listFindings(tx, runId))).toEqual(findings);
    expect(await inRun((tx) => getFinding(tx, findings[0]?.id ?? ''))).toEqual({ ...findings[0], runId });
    expect(await inRun((tx) => listGaps(tx, runId))).toEqual(gaps.map((row) => ({ ...row, step: 'extract', item: 'all' })));
    expect(await inRun((tx) => listControlResults(tx, runId))).toEqual(controls);
    expect(await inRun((tx) => listRemediation(tx, runId))).toEqual(remediations);
    expect(await inRun((tx) => listSections(tx, runId))).toEqual([{ id: 'strengths', title: odd, prose }]);
  });

  test('the report, once', async () => {
    const content = { schema: 'assay.report/1', numbers: [0.1, 1e21, -1.5e-7, 90], text: odd };
    const insert = (root: string) => inRun((tx) => insertReport(tx, runId, { projectId, root, objectKey: 'k', content }));
    expect([await insert('one'), await insert('two')]).toEqual([true, false]);
    expect(await t.sql('SELECT content FROM "Report" WHERE "runId" = $1', [runId])).toEqual([{ content }]);
    expect(await t.store.forUser(ann, (tx) => getReportHead(tx, runId))).toMatchObject({ root: 'one', objectKey: 'k' });
    expect(await t.store.forUser(person(), (tx) => getReportHead(tx, runId))).toBeNull();
  });

  test('the archive of events, stream after stream, from any place on', async () => {
    const event = (stream: string, seq: number, minute: number) => ({
      stream,
      seq,
      time: new Date(Date.UTC(2026, 0, 1, 0, minute)),
      event: { type: 'X', seq },
    });
    const first = [event('zzz', 1, 1), event('zzz', 2, 2), event('zzz', 3, 3)];
    const second = [event('aaa', 1, 4), event('aaa', 2, 5)];
    await inRun((tx) => archiveEvents(tx, runId, [...second, ...first]));
    await inRun((tx) => archiveEvents(tx, runId, first));
    const read = (after: { stream: string; seq: number } | null, limit = 10) =>
      inRun((tx) => readArchive(tx, runId, after, limit));
    expect(await read(null)).toEqual([...first, ...second]);
    expect(await read({ stream: 'zzz', seq: 2 }, 2)).toEqual([first[2], second[0]]);
    expect(await read({ stream: 'unknown', seq: 9 })).toHaveLength(5);
  });
});

describe('a repeated attempt', () => {
  test('replaces what the one before wrote for the same item, and nothing else', async () => {
    const item = randomUUID();
    const fence = await begin(item);
    const other = await begin(randomUUID());
    const [kept, firstGap, secondGap] = [gap(), gap(), gap()];
    await inRun((tx) => insertGaps(tx, other, [kept]));
    const planTaskId = randomUUID();
    await inRun(async (tx) => {
      await insertGaps(tx, fence, [firstGap]);
      await insertEvidence(tx, fence, [excerpt()]);
      await insertFindings(tx, fence, [finding(planTaskId, 'check-x')]);
      await insertCheckResults(tx, fence, [checkResult(planTaskId)]);
    });
    const again = await begin(item);
    const [evidence, found] = [excerpt(), finding(planTaskId, 'check-x')];
    await inRun(async (tx) => {
      await insertGaps(tx, again, [secondGap]);
      await insertEvidence(tx, again, [evidence]);
      await insertFindings(tx, again, [found]);
      await insertCheckResults(tx, again, [{ ...checkResult(planTaskId), result: 'pass' }]);
    });
    const ids = (await inRun((tx) => listGaps(tx, runId))).map(({ id }) => id);
    expect([kept.id, firstGap.id, secondGap.id].map((id) => ids.includes(id))).toEqual([true, false, true]);
    const ours = await t.sql(
      `SELECT 'evidence' AS kind, id::text FROM "Evidence" WHERE item = $1 UNION ALL SELECT 'finding', id::text FROM "Finding" WHERE item = $1 ORDER BY 1`,
      [item],
    );
    expect(ours).toEqual([
      { kind: 'evidence', id: evidence.id },
      { kind: 'finding', id: found.id },
    ]);
    const results = (await inRun((tx) => listCheckResults(tx, runId))).filter((row) => row.planTaskId === planTaskId);
    expect(results.map(({ result }) => result)).toEqual(['pass']);
  });

  test('of another step can not write the same check’s finding twice', async () => {
    const [one, two] = [await begin(randomUUID()), await begin(randomUUID())];
    const planTaskId = randomUUID();
    await inRun((tx) => insertFindings(tx, one, [finding(planTaskId, 'check-y')]));
    await expect(inRun((tx) => insertFindings(tx, two, [finding(planTaskId, 'check-y')]))).rejects.toThrow(UniqueViolation);
  });

  const writers: readonly (readonly [string, (tx: Tx, fence: Fence) => Promise<unknown>])[] = [
    ['startToolCalls', (tx, fence) => startToolCalls(tx, fence, [])],
    ['completeToolCalls', (tx, fence) => completeToolCalls(tx, fence, [])],
    ['insertCheckResults', (tx, fence) => insertCheckResults(tx, fence, [])],
    ['insertPopulations', (tx, fence) => insertPopulations(tx, fence, [])],
    ['insertGaps', (tx, fence) => insertGaps(tx, fence, [])],
    ['insertControlResults', (tx, fence) => insertControlResults(tx, fence, [])],
    ['insertFindings', (tx, fence) => insertFindings(tx, fence, [])],
    ['insertEvidence', (tx, fence) => insertEvidence(tx, fence, [])],
    ['insertRemediation', (tx, fence) => insertRemediation(tx, fence, [])],
    ['writeSection', (tx, fence) => writeSection(tx, fence, { id: 's', title: 't', prose })],
  ];
  test.each(writers)('that was overtaken writes nothing: %s', async (_name, write) => {
    const item = randomUUID();
    const [late, current] = [await begin(item), await begin(item)];
    await expect(inRun((tx) => write(tx, late))).rejects.toThrow(StaleAttempt);
    await expect(inRun((tx) => write(tx, current))).resolves.not.toThrow();
  });
});
