import { parseArgs } from 'node:util';
import { type Parsed, problemOf } from '../cli/command.ts';

export const benchmarks = ['files', 'frames', 'swarm', 'connections', 'guard', 'bundles'] as const;
export type Benchmark = (typeof benchmarks)[number];

export interface Options {
  readonly only: readonly Benchmark[];
  readonly sizes: readonly number[];
  readonly times: number;
  /** Null: the default place. */
  readonly json: string | null;
}

export const usage = `Usage: npm run bench -- [options]

Measures the system on this machine, on a data folder of its own, and prints one table. The full run takes some minutes.

  --only <name>     one of ${benchmarks.join(', ')} (default: all)
  --files <list>    sizes of the repositories of \`files\` (default 100,1000,5000)
  --times <n>       fresh processes for each import time of \`bundles\` (default 7)
  --json <file>     where the figures go (default .assay/bench.json)
  --help            this text

files    wall time and memory of a whole assessment, against a plain loop that reads the same files
frames   time from a tool's answer to its frame in the client, against the echo of a bare socket
swarm    wall and processor time of a run with a model, alone and with 25 users, over the waits that it cannot avoid;
         errors, database connections and the slowest of the 25
connections  calls through the connection manager, against the bare client; requests before the first call
guard    time of a request through the guarded network, against the same request without
bundles  size and import time of every function, against an empty one`;

/** @returns the options, `help`, or the one line that says what is wrong. */
export function parseOptions(argv: readonly string[]): Parsed<Options> {
  try {
    const { values } = read(argv);
    if (values.help) return { help: true };
    const only = benchmarks.filter((name) => values.only === undefined || values.only === name);
    if (only.length === 0) return { problem: `unknown benchmark '${values.only}': choose from ${benchmarks.join(', ')}` };
    const sizes = values.files.split(',').map(Number);
    const times = Number(values.times);
    if (![...sizes, times].every((value) => Number.isInteger(value) && value > 0))
      return { problem: '--files takes numbers with commas between them, --times a number from 1' };
    return { only, sizes, times, json: values.json ?? null };
  } catch (error) {
    return problemOf(error);
  }
}

const read = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      files: { type: 'string', default: '100,1000,5000' },
      times: { type: 'string', default: '7' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
