import { parseArgs } from 'node:util';
import { type Parsed, problemOf } from '../../cli/command.ts';

export interface Options {
  readonly users: number;
  readonly minutes: number;
  /** Null: the default place. */
  readonly json: string | null;
}

/** What one machine can be asked for; the figures of each request are kept in memory. */
const most = { users: 2000, minutes: 120 } as const;

export const usage = `Usage: npm run load -- [options]

Users arrive at the whole local system one after the other, evenly over the time. Each signs up, makes a project and connections, starts
one run with a model, follows it over a WebSocket and reads the report. Model and tool server are fakes on this machine that wait as long
as real ones. Prints one table. Exit code 1 on any error, and when the database saw more connections than it should.

  --users <n>       how many, 1 to ${most.users} (default 200)
  --minutes <n>     from the first arrival to the last, up to ${most.minutes}; 0.5 is half a minute (default 10)
  --json <file>     where the figures go (default .assay/load.json)
  --help            this text`;

/** @returns the options, `help`, or the one line that says what is wrong. */
export function parseOptions(argv: readonly string[]): Parsed<Options> {
  try {
    const { values } = read(argv);
    if (values.help) return { help: true };
    const [users, minutes] = [Number(values.users), Number(values.minutes)];
    if (!(Number.isInteger(users) && users >= 1 && users <= most.users))
      return { problem: `--users takes a number from 1 to ${most.users}` };
    if (!(minutes > 0 && minutes <= most.minutes)) return { problem: `--minutes takes a number above 0, up to ${most.minutes}` };
    return { users, minutes, json: values.json ?? null };
  } catch (error) {
    return problemOf(error);
  }
}

const read = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      users: { type: 'string', default: '200' },
      minutes: { type: 'string', default: '10' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
