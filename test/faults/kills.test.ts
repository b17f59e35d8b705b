import { describe, expect, test } from 'vitest';
import type { Report } from '../../lib/contract/report.ts';
import type { Assessment } from '../../local/assessment.ts';
import type { KillPoint } from '../../local/workflow/child-protocol.ts';
import { StepFunctionsError } from '../../local/workflow/errors.ts';
import { openInProcess } from '../../local/workflow/in-process.ts';
import { expectNoDoubles } from '../support/doubles.ts';
import { essence } from '../support/same-report.ts';
import { makeFolder, smallRepository, testStack } from '../support/stack.ts';
import { drawKills, type Kill } from './kill-plan.ts';
import { type Death, openKilling, repeated } from './killing.ts';
import { type Lane, laneOf, openLanes } from './lanes.ts';

/** 50 unless told. `FAULT_SEED` draws others. */
const kills = drawKills(Number(process.env['FAULT_KILLS'] ?? '50'), Number(process.env['FAULT_SEED'] ?? '1'));
/** A busy machine starts a process in seconds, and most tests wait for a lane first. */
const patience = 180_000;

/** Where the function that starts a run dies, if it shall. */
let startDiesAt: KillPoint | null = null;

const tested = await testStack({
  // A retry's wait of a second becomes 200 ms; no limit is so short that a busy machine reaches it.
  timeScale: 0.2,
  folders: ['one', 'two', 'three', 'four'].map((name) => makeFolder(smallRepository, name)),
  linesToSources: true,
  openInvoke: ({ functions }) => {
    const inProcess = openInProcess({ functions });
    return (path, payload, options) => {
      if (startDiesAt === null || path !== 'api/runs') return inProcess(path, payload, options);
      return killed({ path, payload, timeoutMs: options.timeoutMs }, startDiesAt, 'exit');
    };
  },
});
const { stack, start, finish, follow, executionOf, sql } = tested;

const { killed, killer } = await openKilling(tested);
const invoke = openInProcess({ functions: stack.machines.functions });

interface JudgedLane extends Lane {
  readonly undisturbed: Report;
}
const lanes = openLanes(
  await Promise.all(
    tested.sources.map(async (sources): Promise<JudgedLane> => {
      const { report } = await finish(await start({ sources }));
      return { ...laneOf(sources), undisturbed: report };
    }),
  ),
);

async function runWith(kill: Kill, lane: Lane): Promise<{ run: Assessment; report: Report; deaths: readonly Death[] }> {
  const { interfere, deaths, done } = killer(kill, lane);
  const run = await start({ sources: lane.sources, interfere });
  // Some are followed as a client does; the others are judged by their archive, without its patience with a silent stream.
  const finished = finish(run, { polled: kill.index % 5 !== 0 });
  if (kill.path === 'events/execution-ended') {
    // Lambda delivers the event again after minutes; the sweep may come first.
    await done;
    await sql(`UPDATE "Run" SET "deadlineAt" = now() - interval '1 second' WHERE id = $1`, [run.runId]);
    await invoke('events/sweep', {}, { timeoutMs: 60_000 });
    const event = { detail: { name: run.runId, status: 'FAILED' } };
    await invoke('events/execution-ended', event, { timeoutMs: 60_000 });
  }
  const { report } = await finished;
  // A function that was killed after the end was said is tried again behind it.
  await stack.workflow.engine.ended(executionOf(run));
  return { run, report, deaths };
}

describe('a function that is killed', () => {
  test.concurrent.for(kills)(
    '$index: $path, call $call, at $point, as $as, again $again',
    { timeout: patience },
    (kill, { expect }) =>
      lanes.take(async (lane) => {
        const { run, report, deaths } = await runWith(kill, lane);
        expect(deaths).toHaveLength(kill.again === null ? 1 : 2);
        expect(repeated(deaths, lane)).toEqual([]);
        await expectNoDoubles(tested, run.runId);
        if (kill.as === 'host' || report.gaps.length === 0) expect(essence(report)).toEqual(essence(lane.undisturbed));
        else expectLostSight(kill, report);
      }),
  );

  test('is drawn from all that a run calls', () => {
    expect(new Set(drawKills(50, 1).map(({ path }) => path)).size).toBe(9);
  });
});

describe('the function that starts a run, killed', () => {
  test.each([2, 8, 14, 20, 26, 32, 38, 44, 50].map((count): KillPoint => ({ at: 'write', count })))(
    'at $at $count: either there is no run, or it ends in one report',
    { timeout: patience },
    async (point) => {
      startDiesAt = point;
      const refused = await start().catch((error: unknown) => error);
      startDiesAt = null;
      expect(refused).toMatchObject({ name: 'ApiRequestFailed' });
      const [row, ...others] = await sql<{ id: string; projectId: string }>(
        `SELECT id, "projectId" FROM "Run" WHERE outcome IS NULL`,
      );
      expect(others).toEqual([]);
      if (row === undefined) return;
      if (!hasExecution(row.id)) {
        await sql(`UPDATE "Run" SET "createdAt" = now() - interval '3 minutes' WHERE id = $1`, [row.id]);
        await invoke('events/sweep', {}, { timeoutMs: 60_000 });
      }
      const { report } = await finish(follow(row.id, row.projectId));
      expect(report.run.outcome).toBe(hasExecution(row.id) ? 'complete' : 'failed');
    },
  );
});

function hasExecution(runId: string): boolean {
  try {
    stack.workflow.engine.describe(executionOf({ runId }));
    return true;
  } catch (error) {
    if (error instanceof StepFunctionsError) return false;
    throw error;
  }
}

/** Only where the source's own function died for good, or nobody was left to make the plan. */
function expectLostSight({ path, again }: Kill, report: Report): void {
  const reasons = report.gaps.map(({ reason }) => reason);
  if (path === 'tasks/plan')
    expect([again === null, reasons]).toEqual([false, [expect.stringMatching(/did not finish|never reached/)]]);
  else
    expect([path, reasons]).toEqual([
      'tasks/extract',
      [expect.stringMatching(/Its process ended before it answered|did not finish|time limit/)],
    ]);
  expect(report.degraded.length).toBeGreaterThan(0);
}
