/** The frame of a command: help, bad usage in one line, and an exit code. */
import { out, say } from './output.ts';

/** What was read of the arguments, `help`, or the one line that says what is wrong with them. */
export type Parsed<O extends object> = O | { readonly help: true } | { readonly problem: string };

const isHelp = (parsed: object): parsed is { readonly help: true } => 'help' in parsed;
const isProblem = (parsed: object): parsed is { readonly problem: string } => 'problem' in parsed;

/** Of what `parseArgs` throws: its first sentence, since the rest advises on its own syntax. */
export const problemOf = (error: unknown): { readonly problem: string } => ({
  problem: (error instanceof Error ? error.message : String(error)).split('. ')[0] ?? 'bad usage',
});

/** Sets the exit code: 2 for bad usage, what `work` answers, `failed` (default 1) where it throws. */
export async function runCommand<O extends object>(
  parsed: Parsed<O>,
  usage: string,
  work: (options: O) => Promise<number>,
  { failed = 1 } = {},
): Promise<void> {
  if (isHelp(parsed)) return out(usage);
  if (isProblem(parsed)) {
    say(`${parsed.problem} (--help lists the options)`);
    process.exitCode = 2;
    return;
  }
  try {
    process.exitCode = await work(parsed);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = failed;
  }
}
