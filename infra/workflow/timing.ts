/**
 * Every limit of the workflow, in seconds, with its arithmetic. One rule runs through it:
 * own limit < function timeout < state timeout < machine timeout < the parent's state timeout,
 * so that a task aborts, falls back and says why before anything kills it (a state timeout does not stop a Lambda,
 * and a machine's own timeout cannot be caught inside it).
 */

import { approvalLimits } from '../../lib/contract/run-state.ts';

/** How long a task may take: `state` is counted per attempt, `function` is when Lambda kills it. */
export interface TaskTiming {
  readonly function: number;
  readonly state: number;
}

/** A task with a limit of its own (a model's, a source's) gets 10 s to write and 5 s more to answer. */
const limited = (limit: number): TaskTiming => ({ function: limit + 10, state: limit + 15 });
/** A deterministic task has no limit of its own: its signal fires shortly before the function's. */
const plain = (state: number): TaskTiming => ({ function: state - 5, state });

export const tasks = {
  plan: limited(60), // 75
  planFallback: plain(30),
  extract: limited(285), // 300: a source of 5,000 files, or several model turns of 40 s
  /** The state waits for a person, the function only passes the token on. */
  awaitApproval: { function: 20, state: approvalLimits.seconds + 5 }, // 905: no decision that is still accepted comes too late
  sourceGap: plain(20),
  assess: limited(60), // 75
  assessFallback: plain(30),
  writeSection: limited(60), // 75
  sectionFallback: plain(20),
  remediate: limited(60), // 75
  remediateFallback: plain(20),
  summarise: limited(40), // 55
  summariseFallback: plain(20),
  compare: plain(30),
  reportFallback: plain(60),
  finalise: plain(60),
} as const satisfies Record<string, TaskTiming>;

/** At most so many items at once in a Map (an inline Map would allow 40): also the cap on a user's open connections. */
export const concurrency = 10;
/** What `planOutput` allows. */
const maxItems = 40;
const waves = Math.ceil(maxItems / concurrency);

/** Named transient errors are retried after about 1 s and 2 s (full jitter). */
export const retry = { intervalSeconds: 1, maxAttempts: 2, backoffRate: 2 } as const;
const retryWait = 3;
/**
 * A call that finds every instance at work (infra/concurrency.ts) waits for one, rather than that a busy hour becomes gaps in reports:
 * 2 + 3 + 4.5 + 6.8 + 10.1 + 5 x 15 = 101 s at most, half of it on average.
 */
export const throttled = { intervalSeconds: 2, maxAttempts: 10, backoffRate: 1.5, maxDelaySeconds: 15 } as const;
const throttledWait = 102;
const allAttempts = (state: number): number => state * (1 + retry.maxAttempts) + retryWait + throttledWait;

/** One source: 300 + 3 x (905 + 300) + 20 = 3,935. Only a run whose starter approves calls ever waits. */
const extraction =
  tasks.extract.state + approvalLimits.rounds * (tasks.awaitApproval.state + tasks.extract.state) + tasks.sourceGap.state;

/** Plan 75 + 30, extractions 4 x 3,935, assessments 4 x (75 + 30) = 16,265; the rest is for transitions and early retries. */
const analysis =
  tasks.plan.state +
  tasks.planFallback.state +
  waves * extraction +
  waves * (tasks.assess.state + tasks.assessFallback.state) +
  115; // = 16,380, 4 h 33 min

/** Sections in one wave beside remediation 75 + 20, then summary 55 + 20 = 170; 5 s for transitions. */
const report =
  Math.max(tasks.writeSection.state + tasks.sectionFallback.state, tasks.remediate.state + tasks.remediateFallback.state) +
  tasks.summarise.state +
  tasks.summariseFallback.state +
  5; // = 175 < the stage's 180

/** The parent waits 5 s longer than the child's own timeout (10 s for the long one), so that the child ends by itself. */
export const stages = {
  analysis: { machine: analysis, state: analysis + 10 },
  report: { machine: report, state: report + 5 }, // 180
} as const;

/** Every part with all its attempts: 16,390 + 180 + 285 + 195 + 285 = 17,335, and a minute for transitions and the wait for a child to be noticed. */
export const runMachine =
  stages.analysis.state +
  stages.report.state +
  allAttempts(tasks.reportFallback.state) +
  allAttempts(tasks.compare.state) +
  allAttempts(tasks.finalise.state) +
  60;

/** API Gateway gives up after 29 s (WebSocket) and 30 s (HTTP). */
export const apiFunction = 28;
/** Concluding renders and seals like Finalise; Lambda itself retries it twice, and the sweep comes again. */
export const eventFunction = 110;
export const sweepEverySeconds = 120;
/** Migrations of one release, and an answer to CloudFormation, which itself waits a minute longer. */
export const migrateFunction = 600;
