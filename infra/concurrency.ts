/**
 * How many instances of a function may run at once. Each holds up to `poolMax` connections, and the sum over all of them must fit
 * the database: a connection that cannot be had is a failed request, whereas a throttled one is tried again.
 */
import { type Config, maxConnections } from './config.ts';
import { type FunctionSpec, specs } from './functions.ts';

/** The part of the database's connections that a proxy may open; the rest is for migrations and people. */
export const proxyShare = 0.9;
/** What PostgreSQL and RDS keep for themselves (5), a migration, a person. */
const kept = 10;

/** Called once for each item of a Map, ten at once for one run. Everything else is called once for a run. */
const perItem = new Set(['tasks/extract', 'tasks/assess', 'tasks/write-section']);

export const usesDatabase = ({ uses }: FunctionSpec): boolean => uses.includes('database');

/** Undefined for a function that opens no connection: the account's limit is bound enough. */
export function reservedConcurrency({ concurrency }: Config, path: string, spec: FunctionSpec): number | undefined {
  if (!usesDatabase(spec)) return undefined;
  if (perItem.has(path)) return concurrency.item;
  if (path.startsWith('tasks/')) return concurrency.task;
  return path.startsWith('events/') ? concurrency.event : concurrency.request;
}

/** Throws when more connections could be opened than there are: the numbers in cdk.json then do not go together. */
export function checkConnections(config: Config): void {
  const { instance, poolMax, proxy } = config.database;
  const instances = Object.entries(specs).reduce((sum, [path, spec]) => sum + (reservedConcurrency(config, path, spec) ?? 0), 0);
  const all = maxConnections[instance];
  const bound = proxy ? Math.floor(all * proxyShare) : all - kept;
  if (instances * poolMax <= bound) return;
  throw new Error(
    `CDK context: ${config.stage} could open ${instances * poolMax} connections (${instances} instances with ${poolMax} each), ` +
      `and ${bound} are to be had: lower concurrency, or take a larger database.`,
  );
}
