import { mebibytes, millis, quantile, seconds, whole } from '../result.ts';
import { mostConnections } from '../swarm/watch.ts';
import { aligned } from '../table.ts';
import type { Load } from './load.ts';

const heads = ['of', 'count', 'p50', 'p95', 'p99', 'max'];

export function loadTable({ requests, runs, errors, watched }: Load): string {
  const spread = (name: string, values: readonly number[], told: (ms: number) => string): string[] => [
    name,
    whole(values.length),
    ...[0.5, 0.95, 0.99, 1].map((share) => (values.length === 0 ? '' : told(quantile(values, share)))),
  ];
  const routes = [...requests].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, values]) => spread(name, values, millis));
  return aligned(heads, [
    ...routes,
    spread('run, from its start to its end', runs, seconds),
    ['errors', whole(errors.length), '', '', '', ''],
    ['memory of the process', '', '', '', '', mebibytes(watched.peakBytes)],
    ['event loop lag', '', '', '', millis(watched.lagP99Ms), millis(watched.lagMaxMs)],
    spread('database connections', watched.connections, String).with(
      5,
      `${mostConnections(watched)} of ${watched.connectionsBound}`,
    ),
  ]);
}

/** For the JSON file: milliseconds and bytes. */
export function loadFigures({ requests, runs, errors, watched }: Load): object {
  const { connections, ...rest } = watched;
  const spread = (values: readonly number[]): object => ({
    count: values.length,
    ...(values.length === 0 ? {} : { p50: quantile(values, 0.5), p95: quantile(values, 0.95), p99: quantile(values, 0.99) }),
    ...(values.length === 0 ? {} : { max: quantile(values, 1) }),
  });
  return {
    routes: Object.fromEntries([...requests].map(([name, values]) => [name, spread(values)])),
    runs: spread(runs),
    errors,
    ...rest,
    connections: spread(connections),
  };
}
