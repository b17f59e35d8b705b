import { afterEach, describe, expect, test } from 'vitest';
import type { Report } from '../../lib/contract/report.ts';
import { openInProcess } from '../../local/workflow/in-process.ts';
import { expectNoDoubles } from '../support/doubles.ts';
import { aheadOf } from '../support/interference.ts';
import { essence } from '../support/same-report.ts';
import { testStack } from '../support/stack.ts';

// A retry's wait of a second becomes 200 ms.
const tested = await testStack({ timeScale: 0.2 });
const { stack, start, finish, executionOf, database, sql } = tested;
const invoke = openInProcess({ functions: stack.machines.functions });
const undisturbed = await finish(await start());

async function expectTheSame(runId: string, report: Report): Promise<void> {
  expect(essence(report)).toEqual(essence(undisturbed.report));
  expect(report.degraded).toEqual([]);
  await expectNoDoubles(tested, runId);
}
const functions = ['plan', 'extract', 'assess', 'write-section', 'remediate', 'summarise', 'compare', 'finalise'];

afterEach(async () => {
  database.heal();
  await database.up();
});

describe('a run that PostgreSQL leaves', () => {
  test.each(functions)('every connection broken before %s: the same report', async (name) => {
    const run = await start({ interfere: aheadOf(`tasks/${name}`, () => database.reset()) });
    const { report } = await finish(run);
    await expectTheSame(run.runId, report);
  });

  test.each([
    { outcome: 'done', verdict: 'pass-and-reset' },
    { outcome: 'not done', verdict: 'reset' },
  ] as const)('broken at every fourth COMMIT, which is $outcome: the same report', async ({ verdict }) => {
    let commits = 0;
    const run = await start({
      interfere: aheadOf('tasks/plan', () =>
        database.set({
          inspect: (chunk, direction) => {
            if (direction === 'to-client' || !chunk.includes('COMMIT')) return 'pass';
            commits += 1;
            return commits % 4 === 0 ? verdict : 'pass';
          },
        }),
      ),
    });
    const { report } = await finish(run);
    expect(commits).toBeGreaterThan(20);
    await expectTheSame(run.runId, report);
  });

  test.each([
    { name: 'plan', outcome: 'failed' },
    { name: 'extract', outcome: 'failed' },
    { name: 'assess', outcome: 'complete' },
    { name: 'summarise', outcome: 'complete' },
    { name: 'finalise', outcome: 'complete' },
  ])('gone for longer than retries last, before $name: one report, which names what that cost', async ({ name, outcome }) => {
    const back = Promise.withResolvers<void>();
    const outage = aheadOf(`tasks/${name}`, async () => {
      await database.down();
      setTimeout(() => void database.up().then(back.resolve), 2_500);
    });
    const run = await start({ interfere: outage });
    await back.promise;
    await stack.workflow.engine.ended(executionOf(run));
    // Lambda delivers the event of a failed execution again after a minute: the sweep may come first.
    await sql(`UPDATE "Run" SET "deadlineAt" = now() - interval '1 second' WHERE id = $1 AND outcome IS NULL`, [run.runId]);
    await invoke('events/sweep', {}, { timeoutMs: 60_000 });
    const { report } = await finish(run);
    await expectNoDoubles(tested, run.runId);
    expect(report.run.outcome).toBe(outcome);
    expect(report.degraded.length + report.gaps.length).toBeGreaterThan(0);
    expect(report.findings.length).toBe(outcome === 'failed' ? 0 : undisturbed.report.findings.length);
  });
});
