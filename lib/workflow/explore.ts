import * as z from 'zod';
import type { CollectedPopulation } from '../agents/extraction/collected.ts';
import { explore, type OfferedTool } from '../agents/extraction/explore.ts';
import { shortened } from '../agents/prompt.ts';
import { controlsOf } from '../frameworks/index.ts';
import { ModelError } from '../llm/errors.ts';
import type { PermittedSession } from '../mcp/permitted.ts';
import type { ToolDefinition } from '../mcp/session.ts';
import type { Clock } from '../runtime/clock.ts';
import type { PlanTaskRow } from '../store/plan.ts';
import type { LedgerTools } from './ledger-tools.ts';
import { knownFramework } from './plan.ts';
import { type MemoryDeps, recalled } from './remembering.ts';
import type { StepContext } from './step.ts';
import { type ModelDeps, modelOf } from './step-model.ts';

export interface ExploreDeps extends ModelDeps, MemoryDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds that the task has left. */
  remainingMs(): number;
}

const MAX_TOOLS = 60;
const DESCRIPTION_CHARS = 600;
const PARAMETERS_CHARS = 3_000;

/**
 * Lets the extraction agent look further than the collector did. Whatever it calls is in the ledger before it is cited, and none of
 * it can be anything but a tool that was offered.
 * @returns why its part is missing, null when it is not: the collector's part stands in any case.
 * @throws what the calls throw: a source that is lost is lost to both
 */
export async function exploreSource(
  deps: ExploreDeps,
  context: StepContext,
  planTask: PlanTaskRow,
  session: PermittedSession,
  { call }: LedgerTools,
  populations: readonly CollectedPopulation[],
): Promise<string | null> {
  if (planTask.toolBudget === 0 || session.offered.length === 0) return null;
  try {
    const model = await modelOf(deps, context);
    if (model === null) return null;
    const until = performance.now() + Math.min(planTask.deadlineMs ?? Number.POSITIVE_INFINITY, deps.remainingMs());
    const work = {
      source: planTask.source,
      goal: planTask.goal,
      controls: titled(context.run.frameworkId, planTask.controlIds),
      tools: session.offered.slice(0, MAX_TOOLS).map(described),
      toolBudget: planTask.toolBudget,
      collected: populations.map(({ what, count, complete }) => `${count} ${what}${complete ? '' : ', incompletely'}`),
      memory: await recalled(deps, context.run, 'extraction', `${planTask.source} ${planTask.goal}`),
    };
    await explore(model, call, work, { remainingMs: () => Math.max(0, until - performance.now()) });
    return null;
  } catch (error) {
    if (!(error instanceof ModelError) || deps.signal.aborted) throw error;
    return `The extraction agent could not look further: ${error.message}`;
  }
}

function titled(frameworkId: string, controlIds: readonly string[]) {
  return controlsOf(knownFramework(frameworkId)).flatMap(({ id, title }) => (controlIds.includes(id) ? [{ id, title }] : []));
}

const definition = z.object({ description: z.string().optional(), inputSchema: z.json().optional() });

/** A description is the server's own word: data for the model, cut to what a choice needs. */
function described({ name, definition: text }: ToolDefinition): OfferedTool {
  const parsed = definition.safeParse(JSON.parse(text));
  const { description = '', inputSchema = {} } = parsed.success ? parsed.data : {};
  const isLong = JSON.stringify(inputSchema).length > PARAMETERS_CHARS;
  return { name, description: shortened(description, DESCRIPTION_CHARS), parameters: isLong ? {} : inputSchema };
}
