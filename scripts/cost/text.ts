/** The sums as a person reads them. */
import type { Line } from './idle.ts';

interface Sum {
  readonly goal: number;
  readonly dollars: number;
  readonly lines: readonly Line[];
}

export interface Cost {
  readonly prices: { readonly region: string; readonly date: string };
  readonly stages: readonly {
    readonly stage: string;
    readonly idle: Sum;
    readonly assessment: Sum & { readonly worstLambda: number };
  }[];
  /** `dollars` is null where no price is known. */
  readonly tokens: { readonly input: number; readonly output: number; readonly dollars: number | null };
  readonly wallMs: number;
}

export function text({ prices, stages, tokens, wallMs }: Cost): string[] {
  return [
    `Prices of ${prices.region}, ${prices.date}, on demand, without the free tier. US dollars.`,
    ...stages.flatMap(({ stage, idle, assessment }) => [
      '',
      `${stage}, idle, a month`,
      ...table(idle, 2),
      `${stage}, one assessment of the sample (${(wallMs / 1000).toFixed(1)} s here)`,
      ...table(assessment, 6),
      `  at most ${assessment.worstLambda.toFixed(2)} for computing, were each of its calls to last to its limit`,
    ]),
    '',
    tokens.input + tokens.output === 0
      ? 'Tokens: none, the run was by checks alone.'
      : `Tokens: ${tokens.input} in, ${tokens.output} out; ${tokens.dollars === null ? 'no price is set' : tokens.dollars.toFixed(4)}`,
  ];
}

function table({ lines, dollars, goal }: Sum, digits: number): string[] {
  const row = (what: string, count: string, amount: number): string =>
    `  ${what.padEnd(36)} ${count.padStart(10)} ${amount.toFixed(digits).padStart(12)}`;
  const verdict = dollars <= goal ? 'met' : 'MISSED';
  return [
    ...lines.map(({ what, count, dollars: part }) => row(what, shown(count), part)),
    `${row('sum', '', dollars)}   goal ${goal}: ${verdict}`,
  ];
}

const shown = (count: number): string => (Number.isInteger(count) ? String(count) : count.toPrecision(3));
