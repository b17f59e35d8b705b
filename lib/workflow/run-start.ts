import type { RunStart } from '../store/runs.ts';

/** RunMachine's own timeout is below it (infra/workflow/timing.ts); the sweep concludes what is older. */
const RUN_LIMIT_MS = 3_600_000;

/** What is noted of a run that has begun. */
export const runStart = (startedAt: Date, executionArn: string | null): RunStart => ({
  executionArn,
  startedAt,
  deadlineAt: new Date(startedAt.getTime() + RUN_LIMIT_MS),
});
