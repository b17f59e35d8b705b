import { parseArgs } from 'node:util';
import { type Severity, severities } from '../lib/contract/vocabulary.ts';
import type { Gate } from './exit-codes.ts';
import type { WantedModel } from './model-choice.ts';

export const formats = ['json', 'md', 'html'] as const;
export type Format = (typeof formats)[number];

export interface AssessOptions extends Gate {
  readonly directory: string;
  readonly framework: string;
  readonly outDirectory: string;
  readonly formats: readonly Format[];
  readonly model: WantedModel;
  /** Events as JSON lines on stdout. */
  readonly json: boolean;
  readonly quiet: boolean;
}

export const assessUsage = `Usage: npm run assess -- <dir> [options]

Assesses a folder or git repository and writes a report in which every statement cites stored bytes.

  --framework <id>       nist-csf-2.0 (default) or nist-ssdf-1.1
  --out <dir>            where the report goes (default ./assay-report)
  --format <list>        ${formats.join(',')} (default: all of them); bundle.zip is always written
  --fail-on <severity>   exit 1 when a finding is this severe or worse: ${severities.join(', ')}
  --min-coverage <pct>   exit 3 when fewer controls than this were assessed
  --allow-partial        let --fail-on judge a run that could not see everything
  --model <name>         a model of the configured endpoint (default OPENAI_MODEL); needs OPENAI_API_KEY
  --no-model             checks only; the default where no model is configured
  --json                 events as JSON lines on stdout
  --quiet                no progress
  --help                 this text

ASSAY_DATA_DIR names the folder that keeps databases, keys and earlier runs (default .assay in the checkout).

Exit codes: 0 done, 1 findings at or above --fail-on, 2 bad usage, 3 nothing or too little assessed, 4 verification failed.`;

/** @returns the options, `help`, or the one line that says what is wrong and how to mend it. */
export function parseAssessArgs(argv: readonly string[]): AssessOptions | { help: true } | { problem: string } {
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(argv);
  } catch (error) {
    return { problem: error instanceof Error ? firstSentence(error.message) : String(error) };
  }
  const { values, positionals } = parsed;
  if (values.help) return { help: true };
  const [directory, ...rest] = positionals;
  if (directory === undefined) return { problem: 'name the folder to assess, for example: npm run assess -- .' };
  if (rest.length > 0) return { problem: `one folder at a time: '${rest.join(' ')}' is too many` };
  const model = values.model?.trim();
  if (model === '') return { problem: '--model needs a name, for example: --model gpt-5-mini' };
  if (model !== undefined && values['no-model']) return { problem: '--model and --no-model exclude each other: leave one out' };
  const wanted = values.format.split(',').map((format) => format.trim());
  const unknownFormat = wanted.find((format) => !isFormat(format));
  if (unknownFormat !== undefined) return { problem: `unknown format '${unknownFormat}': choose from ${formats.join(', ')}` };
  const failOn = values['fail-on'];
  if (failOn !== undefined && !isSeverity(failOn))
    return { problem: `unknown severity '${failOn}': choose from ${severities.join(', ')}` };
  const minCoverage = values['min-coverage'] === undefined ? null : Number(values['min-coverage']);
  if (minCoverage !== null && (values['min-coverage']?.trim() === '' || !(minCoverage >= 0 && minCoverage <= 100))) {
    return { problem: `--min-coverage is a percentage from 0 to 100, not '${values['min-coverage']}'` };
  }
  return {
    directory,
    framework: values.framework,
    outDirectory: values.out,
    formats: wanted.filter(isFormat),
    failOn: failOn ?? null,
    minCoverage,
    allowPartial: values['allow-partial'],
    model: values['no-model'] ? false : (model ?? null),
    json: values.json,
    quiet: values.quiet,
  };
}

const read = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      framework: { type: 'string', default: 'nist-csf-2.0' },
      out: { type: 'string', default: './assay-report' },
      format: { type: 'string', default: formats.join(',') },
      'fail-on': { type: 'string' },
      'min-coverage': { type: 'string' },
      'allow-partial': { type: 'boolean', default: false },
      model: { type: 'string' },
      'no-model': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });

const isFormat = (value: string): value is Format => formats.some((format) => format === value);
const isSeverity = (value: string): value is Severity => severities.some((severity) => severity === value);
const firstSentence = (message: string): string => message.split(/\.\s/)[0] ?? message;
