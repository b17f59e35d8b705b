import { agent as agentName, type Counts, noCounts, planEntry, type RunState } from '../../../lib/contract/events.ts';
import { expectedEnd } from '../../../lib/domain/expected.ts';
import { frameworkById } from '../../../lib/frameworks/index.ts';
import { stepName } from '../../../lib/progress/makers.ts';
import { modelUsage } from '../../../lib/store/model-calls.ts';
import { listPlanTasks } from '../../../lib/store/plan.ts';
import { countsOfRun } from '../../../lib/store/run-counts.ts';
import type { RunRow } from '../../../lib/store/runs.ts';
import { listSteps } from '../../../lib/store/steps.ts';
import type { Tx } from '../../../lib/store/store.ts';

/** A run as the API shows it; a score never without its interval. */
export function shownRun(run: RunRow) {
  const { scoreValue: value, scoreLow: low, scoreHigh: high } = run;
  return {
    id: run.id,
    projectId: run.projectId,
    startedBy: run.startedBy,
    frameworkId: run.frameworkId,
    mode: run.mode,
    connectionIds: [...run.connectionIds],
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
    cancelRequestedAt: run.cancelRequestedAt?.toISOString() ?? null,
    outcome: run.outcome,
    score: value === null || low === null || high === null ? null : { value, low, high },
  };
}

/** What the run's model was asked, and its cost at today's prices (US dollars per million tokens). */
export async function usageOf(tx: Tx, run: RunRow, prices: { readonly input: number; readonly output: number } | null) {
  if (run.mode !== 'model') return null;
  const { calls, failed, promptTokens, completionTokens } = await modelUsage(tx, run.id);
  const micros = prices === null ? null : promptTokens * prices.input + completionTokens * prices.output;
  return { calls, failed, promptTokens, completionTokens, costUsd: micros === null ? null : Math.round(micros) / 1_000_000 };
}

/** Which agent does which step (lib/workflow). */
const agents = {
  plan: 'manager',
  extract: 'extraction',
  assess: 'assessment',
  section: 'report',
  summarise: 'report',
  remediate: 'remediation',
  compare: 'comparison',
} as const;
const isAgentStep = (name: string): name is keyof typeof agents => Object.hasOwn(agents, name);

/** The state that the stream tells, read from the rows: what is left when Redis is gone. */
export async function stateOf(tx: Tx, run: RunRow): Promise<RunState> {
  const tasks = await listPlanTasks(tx, run.id);
  const steps = await listSteps(tx, run.id);
  const labels = new Map(tasks.map(({ id, source, capability }) => [id, `${source} (${capability})`]));
  const open = steps.flatMap(({ name, item, attempt, status, startedAt }) => {
    if (status !== 'running' || !isAgentStep(name)) return [];
    const agent = agentName.parse(agents[name]);
    const label = labels.get(item) ?? item;
    return [[stepName(agent, label, attempt), { agent, item: label, attempt, startedAt: startedAt.toISOString() }] as const];
  });
  const groups = frameworkById(run.frameworkId)?.groups.length ?? 0;
  const counted: Partial<Counts> = await countsOfRun(tx, run);
  return {
    outcome: run.outcome,
    plan: tasks.map(({ id, source, capability, goal }) => planEntry.parse({ taskId: id, source, capability, goal })),
    agents: Object.fromEntries(open),
    counts: { ...noCounts, ...counted },
    expectedEndAt:
      run.outcome === null ? (expectedEnd(run.mode, steps, { tasks: tasks.length, groups })?.toISOString() ?? null) : null,
  };
}
