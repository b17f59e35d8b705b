import { parseArgs } from 'node:util';
import { type Parsed, problemOf } from '../cli/command.ts';
import { type PersonalityName, personalityNames } from './personalities/index.ts';

export interface Options {
  readonly parts: readonly PersonalityName[];
  /** Null: the default place. */
  readonly json: string | null;
  /** Instead of the suite: every call hangs, and the clock is watched. */
  readonly hang: boolean;
}

/** Those that only wait: minutes each, and `--hang` says more. */
const waiting: readonly PersonalityName[] = ['hanging', 'dripping', 'slow', 'late'];
const usual = personalityNames.filter((name) => !waiting.includes(name));

export const usage = `Usage: npm run eval -- [options]

Assesses the examples without a model, with a scripted endpoint that plays one personality after the other, and, where OPENAI_API_KEY
is set, with the model that OPENAI_BASE_URL and OPENAI_MODEL name (OPENAI_PRICE_INPUT and OPENAI_PRICE_OUTPUT give the cost). Prints one
table; a full run takes some minutes. Exit code 1 when a control was satisfied that should not be, a statement was invented, or a bundle
does not verify.

  --personality <list>  with commas between (default: all but ${waiting.join(', ')}, which take minutes)
                        ${personalityNames.slice(0, 10).join(', ')},
                        ${personalityNames.slice(10).join(', ')}; none: \`none\`
  --hang                only this: every call of the model hangs, and the report still ends within its limits (5 minutes)
  --json <file>         where the figures go (default .assay/eval.json)
  --help                this text`;

/** @returns the options, `help`, or the one line that says what is wrong. */
export function parseOptions(argv: readonly string[]): Parsed<Options> {
  try {
    const { values } = read(argv);
    if (values.help) return { help: true };
    const wanted = values.personality === 'none' ? [] : (values.personality?.split(',') ?? usual);
    const parts = personalityNames.filter((name) => wanted.includes(name));
    const unknown = wanted.find((name) => !parts.some((one) => one === name));
    if (unknown !== undefined) return { problem: `no personality is called '${unknown}': ${personalityNames.join(', ')}` };
    return { parts, json: values.json ?? null, hang: values.hang };
  } catch (error) {
    return problemOf(error);
  }
}

const read = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      personality: { type: 'string' },
      hang: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
