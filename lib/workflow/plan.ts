import { randomUUID } from 'node:crypto';
import { defaultPlan } from '../agents/manager/default-plan.ts';
import { checks } from '../checks/index.ts';
import type { PlanOutput } from '../contract/run-state.ts';
import type { Framework } from '../frameworks/framework.ts';
import { controlsOf, frameworkById } from '../frameworks/index.ts';
import { profileById } from '../mcp/profiles/index.ts';
import { runStarted, stateDelta } from '../progress/makers.ts';
import type { Clock } from '../runtime/clock.ts';
import { connectionsOfRun, insertPlanTasks, listPlanTasks, type PlanTaskRow } from '../store/plan.ts';
import { getRun, markStarted } from '../store/runs.ts';
import { finishStep } from '../store/steps.ts';
import { runStart } from './run-start.ts';
import { endOf, fallbackOf, runStep, type StepDeps } from './step.ts';

/**
 * Writes the plan: a task for each capability that a connection offers and a check asks for. The fallback makes the very same
 * plan, because it never needed a model.
 */
export async function planRun(
  deps: StepDeps & { readonly clock: Clock },
  runId: string,
  errorName?: string,
): Promise<PlanOutput> {
  const step = { runId, name: 'plan', agent: 'manager', item: '', ...fallbackOf(errorName) } as const;
  await runStep(deps, step, async ({ run, fence, cause, publish }) => {
    const framework = knownFramework(run.frameworkId);
    await publish([runStarted(), stateDelta({ set: { controlsTotal: controlsOf(framework).length } })]);
    const planned = await deps.store.forRun(runId, async (tx) => {
      // Whoever started it may have died before noting so; unmarked, the sweep would conclude it under way.
      if (run.startedAt === null) await markStarted(tx, runId, runStart(deps.clock.now(), null, run.approvals));
      const connections = await connectionsOfRun(tx, run.connectionIds);
      const sources = connections.map(({ id, name, profile, scope }) => ({
        ...{ id, name, profile, scope },
        capabilities: profileById(profile).capabilities,
      }));
      await insertPlanTasks(
        tx,
        fence,
        defaultPlan(sources, checks, framework).map((task) => ({ id: randomUUID(), ...task })),
      );
      await finishStep(tx, fence, endOf(errorName, cause));
      return listPlanTasks(tx, runId);
    });
    await publish([stateDelta({ plan: planned.map(shown) })]);
  });
  // Read again rather than remembered: a second delivery of a finished step gives the first one's answer.
  return deps.store.forRun(runId, async (tx) => {
    const [run, tasks] = [await getRun(tx, runId), await listPlanTasks(tx, runId)];
    const { groups } = knownFramework(run?.frameworkId ?? '');
    return {
      runId,
      tasks: tasks.map(({ id }) => ({ runId, taskId: id })),
      groups: groups.map(({ id }) => ({ runId, groupId: id })),
    };
  });
}

/** Starting a run checks that its framework exists, so that an unknown one here is a defect. */
export function knownFramework(id: string): Framework {
  const framework = frameworkById(id);
  if (framework === undefined) throw new Error(`framework ${id} does not exist`);
  return framework;
}

const shown = ({ id, source, capability, goal }: PlanTaskRow) => ({ taskId: id, source, capability, goal });
