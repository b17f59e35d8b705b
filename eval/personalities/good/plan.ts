import type { PlanAnswer, PlanDocument } from '../../../lib/agents/manager/answer.ts';

/** A task for each capability of each source, and one that looks around for what no check reads. */
export function plan({ framework, sources, checks, limits }: PlanDocument): PlanAnswer {
  const checked = new Set(Object.values(checks).flat());
  const others = framework.controls.map(({ id }) => id).filter((id) => !checked.has(id));
  const { toolBudget, deadlineSeconds } = limits;
  const tasks = sources.flatMap((source) => {
    const wanted = source.capabilities.length === 0 ? [null] : source.capabilities;
    return wanted.map((capability) => ({
      source: source.name,
      capability,
      controls: [...(capability === null ? [] : (checks[capability] ?? [])), ...others],
      goal: `Read what ${source.name} holds on the controls that no check decides, policies and registers first.`,
      toolBudget,
      deadlineSeconds,
    }));
  });
  return { tasks: tasks.slice(0, limits.tasks) };
}
