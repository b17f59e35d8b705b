import type { RunStart } from '../store/runs.ts';

/**
 * The sweep concludes what is older. Without waiting for people the states' own limits end a run within an hour; with it,
 * RunMachine's timeout does (infra/workflow/timing.ts, a test compares).
 */
const RUN_LIMIT_MS = 3_600_000;
export const LIMIT_WITH_APPROVALS_MS = 6 * RUN_LIMIT_MS;

/** What is noted of a run that has begun. */
export const runStart = (startedAt: Date, executionArn: string | null, approvals: boolean): RunStart => ({
  executionArn,
  startedAt,
  deadlineAt: new Date(startedAt.getTime() + (approvals ? LIMIT_WITH_APPROVALS_MS : RUN_LIMIT_MS)),
});
