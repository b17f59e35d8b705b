import { median, quantile, type Row, seconds, times } from '../result.ts';
import { mostConnections, type Watched } from './watch.ts';

/** Runs that were under way at once. */
export interface AtOnce {
  /** Milliseconds of each run that ended. */
  readonly runs: readonly number[];
  /** One line for each error. */
  readonly failures: readonly string[];
  readonly watched: Pick<Watched, 'connections' | 'connectionsBound' | 'lagP99Ms'>;
}

const SLOWEST_TO_MEDIAN = 2;

/** Nobody fails, nobody waits for the others, and the database is not asked for more than it was told to expect. */
export function evenness(subject: string, { runs, failures, watched }: AtOnce): Row {
  const [middleMs, slowestMs] = [median(runs), quantile(runs, 1)];
  const [first] = failures;
  const connections = mostConnections(watched);
  const { connectionsBound } = watched;
  return {
    benchmark: 'swarm',
    subject,
    result: `slowest ${seconds(slowestMs)}; ${failures.length} errors${first === undefined ? '' : ` (${first})`}; ${connections} database connections`,
    baseline: `median ${seconds(middleMs)}`,
    ratio: slowestMs / middleMs,
    goal: {
      text: `no error, ${connectionsBound} connections, no run over ${times(SLOWEST_TO_MEDIAN)} the median`,
      met: failures.length === 0 && connections <= connectionsBound && slowestMs <= SLOWEST_TO_MEDIAN * middleMs,
    },
    figures: {
      slowestMs,
      medianMs: middleMs,
      errors: failures.length,
      connections,
      connectionsBound,
      lagP99Ms: watched.lagP99Ms,
    },
  };
}
