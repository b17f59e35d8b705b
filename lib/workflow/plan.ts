import { randomUUID } from 'node:crypto';
import { defaultPlan, type PlannedTask } from '../agents/manager/default-plan.ts';
import { askForPlan, modelPlan } from '../agents/manager/plan.ts';
import { catalogue } from '../checks/catalogue.ts';
import type { PlanOutput } from '../contract/run-state.ts';
import { remainingMs } from '../domain/expected.ts';
import type { Framework } from '../frameworks/framework.ts';
import { controlsOf, frameworkById } from '../frameworks/index.ts';
import { profileById } from '../mcp/profiles/index.ts';
import { runStarted, stateDelta } from '../progress/makers.ts';
import type { Clock } from '../runtime/clock.ts';
import { connectionsOfRun, insertPlanTasks, listPlanTasks, type PlanTaskRow } from '../store/plan.ts';
import { getRun, markStarted, type RunRow } from '../store/runs.ts';
import { finishStep } from '../store/steps.ts';
import { pinnedTools } from '../store/tool-policy.ts';
import type { SqlTx } from '../store/tx.ts';
import { type MemoryDeps, recalled } from './remembering.ts';
import { runStart } from './run-start.ts';
import { endOf, fallbackOf, runStepOn, type StepContext, type StepDeps, type StepOn } from './step.ts';
import { type ModelDeps, modelOf } from './step-model.ts';

export interface PlanDeps extends StepDeps, ModelDeps, MemoryDeps {
  readonly clock: Clock;
}

/**
 * Writes the plan: a task for each capability that a connection offers and a check asks for; in mode `model` also what the manager
 * agent adds. The fallback plans without asking it.
 */
export async function planRun(deps: PlanDeps, runId: string, errorName?: string): Promise<PlanOutput> {
  const step: StepOn<readonly Source[]> = {
    ...({ runId, name: 'plan', agent: 'manager', item: '', ...fallbackOf(errorName) } as const),
    read: (tx) => sourcesOf(tx, runId),
    label: () => '',
  };
  const made = await runStepOn(deps, step, async (context, sources) => {
    const { run, fence, cause, publish, write } = context;
    const framework = knownFramework(run.frameworkId);
    publish([runStarted(), stateDelta({ set: { controlsTotal: controlsOf(framework).length } })]);
    const noted = noteStart(deps, run);
    // Over before the step is, also where no plan is made.
    context.later(noted.catch(() => undefined));
    const tasks = await plannedTasks(deps, context, framework, sources);
    await noted;
    const planned = await write(async (tx) => {
      await insertPlanTasks(
        tx,
        fence,
        tasks.map((task) => ({ id: randomUUID(), ...task })),
      );
      await finishStep(tx, fence, endOf(cause));
      return listPlanTasks(tx, runId);
    });
    const left = { tasks: planned.length, groups: framework.groups.length };
    publish([stateDelta({ plan: planned.map(shown), expectedInMs: remainingMs(run.mode, 'extract', left) })]);
    return { planned, framework };
  });
  const { planned, framework } = made ?? (await plannedBefore(deps, runId));
  return {
    runId,
    tasks: planned.map(({ id }) => ({ runId, taskId: id })),
    groups: framework.groups.map(({ id }) => ({ runId, groupId: id })),
  };
}

/** A second delivery of a finished step gives the first one's answer. */
const plannedBefore = ({ store }: PlanDeps, runId: string) =>
  store.forRunInSql(runId, async (tx) => {
    const [run, planned] = await Promise.all([getRun(tx, runId), listPlanTasks(tx, runId)]);
    return { planned, framework: knownFramework(run?.frameworkId ?? '') };
  });

type Source = Parameters<typeof modelPlan>[0]['sources'][number];

/** Whoever started it may have died before noting so; unmarked, the sweep would conclude it under way. */
async function noteStart({ store, clock }: PlanDeps, { id, approvals, startedAt }: RunRow): Promise<void> {
  if (startedAt === null) await store.forRunInSql(id, (tx) => markStarted(tx, id, runStart(clock.now(), null, approvals)));
}

/** With the tools that are known of each: those of its profile, and those that its server was seen to list. */
async function sourcesOf(tx: SqlTx, runId: string): Promise<Source[]> {
  const { connectionIds } = (await getRun(tx, runId)) ?? { connectionIds: [] };
  const [connections, pins] = await Promise.all([connectionsOfRun(tx, connectionIds), pinnedTools(tx, connectionIds)]);
  return connections.map(({ id, name, profile, scope }) => {
    const { capabilities, readOnlyTools } = profileById(profile);
    const tools = [...new Set([...readOnlyTools, ...(pins.get(id) ?? [])])];
    return { id, name, profile, scope, capabilities, tools };
  });
}

async function plannedTasks(
  deps: PlanDeps,
  context: StepContext,
  framework: Framework,
  sources: readonly Source[],
): Promise<PlannedTask[]> {
  const defaults = defaultPlan(sources, catalogue, framework);
  if (context.run.mode === 'checks') return defaults;
  const model = await modelOf(deps, context);
  const query = [framework.title, ...sources.map(({ name }) => name)].join(' ');
  const memory = model === null ? [] : await recalled(deps, context.run, 'manager', query);
  const input = { defaults, sources, framework, memory };
  return modelPlan(input, model === null ? null : await askForPlan(model, input));
}

/** Starting a run checks that its framework exists, so that an unknown one here is a defect. */
export function knownFramework(id: string): Framework {
  const framework = frameworkById(id);
  if (framework === undefined) throw new Error(`framework ${id} does not exist`);
  return framework;
}

const shown = ({ id, source, capability, goal }: PlanTaskRow) => ({ taskId: id, source, capability, goal });
