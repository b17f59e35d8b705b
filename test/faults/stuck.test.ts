import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ApiRequestFailed } from '../../lib/client/errors.ts';
import { errorNames } from '../../lib/contract/errors.ts';
import { useEnvironment } from '../../lib/runtime/config.ts';
import type { Assessment } from '../../local/assessment.ts';
import { FunctionFailed } from '../../local/workflow/errors.ts';
import { openInProcess } from '../../local/workflow/in-process.ts';
import { gate, type Interfere } from '../support/interference.ts';
import { testStack } from '../support/stack.ts';

let areEventsLost = false;
const { stack, client, start, finish, follow, executionOf, sql, dataDir } = await testStack({ delivers: () => !areEventsLost });
const invoke = openInProcess({ functions: stack.machines.functions });
const sweep = () => stack.workflow.bus.runSchedules();

const withoutFinalise: Interfere = (call, proceed) =>
  call.path === 'tasks/finalise' ? Promise.reject(new FunctionFailed(errorNames.input, 'no')) : proceed();

/** Its machine failed, and nobody was told. */
async function abandoned(): Promise<Assessment> {
  areEventsLost = true;
  const run = await start({ interfere: withoutFinalise });
  await stack.workflow.engine.ended(executionOf(run));
  areEventsLost = false;
  return run;
}
/** The run, its steps and its stream, as they are stored. */
const stateOf = ({ runId }: Assessment) =>
  sql(
    `SELECT r.*, s.*, p.root, (SELECT count(*) FROM "RunEvent" e WHERE e."runId" = r.id) AS events
     FROM "Run" r JOIN "Report" p ON p."runId" = r.id LEFT JOIN "Step" s ON s."runId" = r.id
     WHERE r.id = $1 ORDER BY s.name, s.item`,
    [runId],
  );
const hasEnded = async ({ runId }: Assessment) => (await client.getRun(runId)).outcome !== null;
const overdue = ({ runId }: Assessment) =>
  sql(`UPDATE "Run" SET "deadlineAt" = now() - interval '1 second' WHERE id = $1`, [runId]);

describe('a run that nothing drives any more', () => {
  test('inserted but never started: the start answers 503, and the sweep concludes it', async () => {
    useEnvironment({ ...stack.environment, RUN_STATE_MACHINE_ARN: stack.machines.runMachineArn.replace(/-run$/, '-gone-run') });
    const refused = await start().catch((error: unknown) => error);
    useEnvironment(stack.environment);
    if (!(refused instanceof ApiRequestFailed)) throw new Error('the start was not refused');
    expect(refused.status).toBe(503);
    const [row] = await sql<{ id: string; projectId: string }>(`SELECT id, "projectId" FROM "Run" WHERE "startedAt" IS NULL`);
    if (row === undefined) throw new Error('no run');
    const run = follow(row.id, row.projectId);

    await sweep();
    expect(await hasEnded(run)).toBe(false);
    await sql(`UPDATE "Run" SET "createdAt" = now() - interval '3 minutes' WHERE id = $1`, [row.id]);
    await sweep();
    const { report, events } = await finish(run);
    expect(report.run.outcome).toBe('failed');
    expect(report.score).toBeNull();
    expect(report.degraded).toContainEqual({ step: 'run', reason: 'It was asked for but never started.' });
    expect(report.gaps).toEqual([expect.objectContaining({ source: 'the run', reason: 'The plan was never reached.' })]);
    expect(events.at(-1)?.event.type).toBe('RUN_ERROR');
  });

  test('whose status event was missed: the sweep concludes it when it is overdue, not before', async () => {
    const run = await abandoned();
    await sweep();
    expect(await hasEnded(run)).toBe(false);
    await overdue(run);
    await sweep();
    const { report } = await finish(run);
    expect(report.degraded).toEqual([{ step: 'run', reason: 'It did not finish in time.' }]);
    expect(report.findings.length).toBeGreaterThan(0);
  });

  test('that everybody concludes at once: one report, one end, one set of files', async () => {
    const run = await abandoned();
    await overdue(run);
    const ended = { detail: { name: run.runId, status: 'FAILED' } };
    const limits = { timeoutMs: 100_000 };
    await Promise.all([
      ...Array.from({ length: 3 }, () => invoke('events/sweep', {}, limits)),
      ...Array.from({ length: 3 }, () => invoke('events/execution-ended', ended, limits)),
    ]);
    await finish(run);
    const [stored] = await sql<{ objectKey: string }>(`SELECT "objectKey" FROM "Report" WHERE "runId" = $1`, [run.runId]);
    const kept = filesBelow(join(dataDir, 'objects')).filter((file) => file.includes(run.runId));
    expect(new Set(kept.map((file) => file.includes(stored?.objectKey ?? 'nowhere')))).toEqual(new Set([true]));
    const names = new Set(kept.map((file) => basename(file)));
    for (const name of ['bundle.zip', 'report.html', 'report.json', 'report.md']) expect(names).toContain(name);
  });

  test.each(['plan', 'extract', 'assess', 'write-section', 'remediate', 'summarise', 'compare', 'finalise'])(
    'stopped as a whole in %s: execution-ended concludes it, and the task that goes on changes nothing',
    async (name) => {
      const held = gate();
      const goneOn: Promise<unknown>[] = [];
      const run = await start({
        interfere: async (call, proceed) => {
          if (call.path !== `tasks/${name}`) return proceed();
          await held.pass();
          goneOn.push(proceed().catch(() => undefined));
          return goneOn[0];
        },
      });
      await held.reached;
      stack.workflow.engine.stop(executionOf(run));
      const { report } = await finish(run);
      expect(report.degraded).toContainEqual({ step: 'run', reason: 'Its workflow ended before the report was made.' });
      const before = await stateOf(run);
      held.open();
      await vi.waitFor(() => expect(goneOn.length).toBeGreaterThan(0));
      await Promise.all(goneOn);
      expect(await stateOf(run)).toEqual(before);
    },
  );
});

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
