import type { AccessDeps } from '../mcp/oauth/renew.ts';
import { config } from '../runtime/config.ts';
import { cache, guardedFetch, keys, objects, progress, store } from '../runtime/resources.ts';
import type { TaskContext } from '../runtime/task.ts';
import type { ConcludeDeps } from './conclude-run.ts';

/** What every step needs, opened on first use and shared by the process. */
export const stepDeps = async ({ logger, clock, signal, remainingMs }: TaskContext) => ({
  store: await store(),
  progress: await progress(),
  logger,
  clock,
  signal,
  remainingMs,
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
