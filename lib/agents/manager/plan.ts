/** The manager agent: what a model adds to the plan that needs none. It can widen a plan, and take nothing away from it. */
import { exploration } from '../../contract/vocabulary.ts';
import type { Framework } from '../../frameworks/framework.ts';
import { controlsOf } from '../../frameworks/index.ts';
import type { Model } from '../model.ts';
import { asked } from '../prompt.ts';
import { type PlanAnswer, type PlanDocument, planAnswer } from './answer.ts';
import type { PlannedSource, PlannedTask } from './default-plan.ts';

export interface ModelPlanInput {
  /** The plan that needs no model. */
  readonly defaults: readonly PlannedTask[];
  readonly sources: readonly (PlannedSource & { readonly tools: readonly string[] })[];
  readonly framework: Framework;
  /** Lines that were remembered of this project. */
  readonly memory: readonly string[];
}

/** Of one task: calls beyond the collector's. */
const MAX_BUDGET = 40;
const DEFAULT_BUDGET = 8;
const DEADLINE_SECONDS = { least: 10, most: 240 };
/** What the state machine takes (planOutput). */
const MAX_TASKS = 40;
const GOAL_CHARS = 300;
const MAX_TOOLS = 60;
const TOOL_CHARS = 100;

const role = [
  'You plan what evidence to collect. For each source say what an agent with its tools should look for beyond what checks already cover, for which controls, and with how many calls.',
  'Name only sources, capabilities and controls of the document. Every source with its capabilities is read in any case.',
].join(' ');

/** @throws what `model.ask` throws */
export async function askForPlan(model: Model, input: ModelPlanInput): Promise<PlanAnswer> {
  return model.ask({ kind: 'plan', name: 'plan', schema: planAnswer, messages: asked(role, documentOf(input)) });
}

function documentOf({ defaults, sources, framework, memory }: ModelPlanInput): PlanDocument {
  return {
    framework: {
      id: framework.id,
      title: framework.title,
      controls: controlsOf(framework).map(({ id, title }) => ({ id, title })),
    },
    sources: sources.map(({ name, profile, capabilities, tools }) => ({
      ...{ name, kind: profile, capabilities },
      tools: tools.slice(0, MAX_TOOLS).map((tool) => tool.slice(0, TOOL_CHARS)),
    })),
    checks: Object.fromEntries(defaults.map(({ capability, controlIds }) => [capability, controlIds])),
    memory,
    limits: { tasks: MAX_TASKS, toolBudget: MAX_BUDGET, deadlineSeconds: DEADLINE_SECONDS.most },
  };
}

type Wish = PlanAnswer['tasks'][number];

/**
 * The plan of a run with a model: every default task, one task to look around for each source that has none, and what the answer
 * says of either. What it says of anything else is nothing. Without an answer each source has the same small budget.
 */
export function modelPlan(input: ModelPlanInput, answer: PlanAnswer | null): PlannedTask[] {
  const { defaults, sources, framework } = input;
  const known = new Set(controlsOf(framework).map(({ id }) => id));
  const tasks = sources.flatMap((source) => {
    const own = defaults.filter(({ connectionId }) => connectionId === source.id);
    const planned = own.length > 0 ? own : [lookAround(source)];
    return planned.map((task, index) => {
      const wish = answer?.tasks.find((one) => isAbout(one, source, task, index));
      return wish === undefined ? { ...task, toolBudget: index === 0 ? DEFAULT_BUDGET : 0 } : widened(task, wish, known);
    });
  });
  return tasks.slice(0, MAX_TASKS).map((task, position) => ({ ...task, position }));
}

/** A wish without a capability goes to the first task of its source. */
const isAbout = (wish: Wish, source: PlannedSource, task: PlannedTask, index: number): boolean =>
  wish.source === source.name && (wish.capability === null ? index === 0 : wish.capability === task.capability);

function widened(
  task: PlannedTask,
  { controls, goal, toolBudget, deadlineSeconds }: Wish,
  known: ReadonlySet<string>,
): PlannedTask {
  const { least, most } = DEADLINE_SECONDS;
  const wanted = goal
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, GOAL_CHARS)
    .toWellFormed();
  return {
    ...task,
    controlIds: [...new Set([...task.controlIds, ...controls.filter((id) => known.has(id))])].sort((a, b) => (a < b ? -1 : 1)),
    goal: wanted === '' ? task.goal : wanted,
    toolBudget: clamped(toolBudget, 0, MAX_BUDGET),
    deadlineMs: clamped(deadlineSeconds, least, most) * 1000,
  };
}

const clamped = (value: number, least: number, most: number): number =>
  Number.isFinite(value) ? Math.min(most, Math.max(least, Math.round(value))) : least;

function lookAround({ id, name, profile, scope }: PlannedSource): PlannedTask {
  return {
    position: 0,
    ...{ connectionId: id, source: name, profile, scope },
    capability: exploration,
    controlIds: [],
    goal: 'Look around with the tools that only read, for whatever shows how controls are met.',
    toolBudget: 0,
    deadlineMs: null,
  };
}
