import { describe, expect, test } from 'vitest';
import type { Report } from '../../lib/contract/report.ts';
import type { Assessment } from '../../local/assessment.ts';
import { gate, type Interfere } from '../support/interference.ts';
import { makeFolder, smallRepository, testStack, wideRepository } from '../support/stack.ts';

const { start, finish, sql, sources } = await testStack({
  folders: [makeFolder(smallRepository), makeFolder(wideRepository, 'wide')],
});
const [small = [], large = []] = sources;

/** Holds the first call of that function, and those after it, until `act` is done. */
async function during(path: string, act: (run: Assessment) => Promise<unknown>): Promise<Report> {
  const held = gate();
  const interfere: Interfere = async (call, proceed) => {
    if (call.path === path) await held.pass();
    return proceed();
  };
  const run = await start({ sources: small, interfere });
  await held.reached;
  await act(run);
  held.open();
  const { report, events } = await finish(run);
  expect(report.run.outcome).toBe('cancelled');
  expect(events.at(-1)?.event).toMatchObject({ type: 'RUN_FINISHED', result: { outcome: 'cancelled' } });
  return report;
}
const cancel = (run: Assessment) => run.cancel();
/** As if the executions could not be stopped: the flag alone must do. */
const flag = ({ runId }: Assessment) =>
  sql(`UPDATE "Run" SET "cancelRequestedAt" = now(), epoch = epoch + 1 WHERE id = $1`, [runId]);

const reasons = (report: Report) => [...report.gaps, ...report.degraded].map(({ reason }) => reason);
const nothingSeen = (report: Report) => ({
  score: report.score,
  toolCalls: report.toolCalls.length,
  findings: report.findings.length,
});

describe('a run that is cancelled', () => {
  test.each([
    { by: 'stopped', act: cancel },
    { by: 'flagged', act: flag },
  ])('before the analysis begins ($by): nothing was asked of the source, and the report says why', async ({ act }) => {
    const report = await during('tasks/plan', act);
    expect(nothingSeen(report)).toEqual({ score: null, toolCalls: 0, findings: 0 });
    expect(report.degraded).toContainEqual({ step: 'analysis', reason: 'The run was cancelled.' });
    expect(reasons(report).every((reason) => reason.includes('cancelled'))).toBe(true);
  });

  test.each([
    { by: 'stopped', act: cancel },
    { by: 'flagged', act: flag },
  ])('before a source is asked ($by): likewise', async ({ act }) => {
    const report = await during('tasks/extract', act);
    expect(nothingSeen(report)).toEqual({ score: null, toolCalls: 0, findings: 0 });
    expect(report.gaps).toHaveLength(1);
    expect(reasons(report).every((reason) => reason.includes('cancelled'))).toBe(true);
  });

  test('while a source is read: no further call is made, and what was collected is in the report', async () => {
    const run = await start({ sources: large });
    const { report } = await finish(run, {
      onEvent: (event) =>
        event.type === 'TOOL_CALL_START' && event.toolCallName.endsWith('read_text_file')
          ? run.cancel().catch(() => undefined)
          : undefined,
    });
    expect(report.run.outcome).toBe('cancelled');
    expect(report.toolCalls.some(({ status }) => status === 'ok')).toBe(true);
    expect(report.toolCalls.length).toBeLessThan(Object.keys(wideRepository).length);
    expect(report.findings).toEqual([]);
    expect(report.gaps).toEqual([
      expect.objectContaining({ source: 'wide files', reason: 'It was under way when the run was cancelled.' }),
    ]);
    const [ledger] = await sql(`SELECT count(*)::int AS rows FROM "ToolCall" WHERE "runId" = $1`, [run.runId]);
    expect(ledger).toEqual({ rows: report.toolCalls.length });
  });

  test.each([
    { by: 'stopped', act: cancel },
    { by: 'flagged', act: flag },
  ])('before controls are assessed ($by): the verdicts are those of the checks that ran', async ({ act }) => {
    const report = await during('tasks/assess', act);
    expect(report.findings.length).toBeGreaterThan(0);
    expect(report.gaps).toEqual([]);
    expect(report.degraded.length).toBeGreaterThan(0);
    expect(reasons(report).every((reason) => reason.includes('cancelled'))).toBe(true);
  });

  test.each(['tasks/write-section', 'tasks/summarise', 'tasks/compare', 'tasks/finalise'])(
    'after the analysis, in %s: everything is reported',
    async (path) => {
      const report = await during(path, cancel);
      expect(report.findings.length).toBeGreaterThan(0);
      expect(report.gaps).toEqual([]);
      expect(report.population).toEqual([expect.objectContaining({ count: 5, complete: true })]);
    },
  );

  test('five times at once: one entry in the audit trail, one end', async () => {
    let projectId = '';
    await during('tasks/write-section', async (run) => {
      projectId = run.projectId;
      await Promise.all(Array.from({ length: 5 }, () => run.cancel()));
    });
    const audit = await sql(`SELECT action FROM "AuditEvent" WHERE "projectId" = $1 AND action = 'run.cancel'`, [projectId]);
    expect(audit).toHaveLength(1);
  });

  test('after its end: refused, and the report stays as it is', async () => {
    const run = await start({ sources: small });
    const { report } = await finish(run);
    await expect(run.cancel()).rejects.toMatchObject({ status: 409, code: 'CONFLICT' });
    expect(report.run.outcome).toBe('complete');
  });
});
