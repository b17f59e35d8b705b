import type { AccessDeps } from '../mcp/oauth/renew.ts';
import { config } from '../runtime/config.ts';
import { cache, guardedFetch, keys, memory, modelBudget, modelEndpoint, objects, progress, store } from '../runtime/resources.ts';
import type { TaskContext } from '../runtime/task.ts';
import type { ConcludeDeps } from './conclude-run.ts';
import type { MemoryDeps } from './remembering.ts';
import type { ModelDeps } from './step-model.ts';

/** What every step needs, opened on first use and shared by the process. */
export const stepDeps = async ({ logger, clock, signal, remainingMs }: TaskContext) => ({
  store: await store(),
  progress: await progress(),
  livesOn: config.livesOn(),
  logger,
  clock,
  signal,
  remainingMs,
});

/** For steps that ask a model: it is opened only for a run that has one. */
export const stepModel = async (context: TaskContext): Promise<Required<ModelDeps & MemoryDeps>> => ({
  memory: await memory(),
  async model(step) {
    if (step.run.mode !== 'model') return null;
    const { openStepModel } = await import('./model-calls.ts');
    const { prices } = config.model();
    const { timeScale } = config.outward();
    const { logger, clock, signal, deadlineMs } = context;
    const open = openStepModel({
      ...{ prices, timeScale, logger, clock },
      store: await store(),
      endpoint: await modelEndpoint(),
      budget: modelBudget,
    });
    return open(step, { signal, deadlineMs });
  },
});

export const concludeDeps = async (context: TaskContext): Promise<ConcludeDeps> => ({
  ...(await stepDeps(context)),
  cache,
  objects: await objects(),
  keys: await keys(),
});

/** For `accessHeaders`: nothing connects to Redis before a token has to be renewed. */
export const accessDeps = async (): Promise<AccessDeps> => ({
  fetch: (await guardedFetch()).fetch,
  timeScale: config.outward().timeScale,
  cache: await cache(),
  keys: await keys(),
});
