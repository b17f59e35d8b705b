import type { Measured } from './client/protocol.ts';

export interface Figures {
  /** Milliseconds of the latest step of all. */
  readonly withinMs: number;
  readonly grown: number;
  readonly turnP99Ms: number;
  readonly turnMaxMs: number;
  /** In wall time, whoever is to blame: printed, not judged. */
  readonly wallLagMs: number;
  readonly aloneMs: number;
  readonly besideMs: number;
  readonly calls: number;
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

/**
 * Memory and turns of the quietest try, since what a hostile server does comes again; calls of all tries together, since there is no
 * end to what a busy machine does to one of them.
 */
export function figuresOf(tries: readonly Measured[]): Figures {
  const least = (of: (said: Measured) => number): number => Math.min(...tries.map(of));
  const beside = tries.flatMap((said) => said.beside);
  return {
    withinMs: least(({ outcomes }) => Math.max(...outcomes.map(({ ms }) => ms))),
    grown: least(({ grown }) => grown),
    turnP99Ms: least(({ turns }) => quantile(turns, 0.99)),
    turnMaxMs: least(({ turns }) => Math.max(...turns)),
    wallLagMs: least(({ wallLag }) => wallLag.max),
    aloneMs: quantile(
      tries.flatMap((said) => said.alone),
      0.95,
    ),
    besideMs: quantile(beside, 0.95),
    calls: beside.length,
  };
}

const heads = [
  'server',
  'ends as',
  'within',
  'memory',
  'turn p99',
  'max',
  'wall lag max',
  'others p95',
  'beside',
  'ratio',
  'calls',
  'tries',
];

export function row(name: string, figures: Figures, tries: readonly Measured[], isBusy: boolean): string[] {
  const last = tries.at(-1)?.outcomes.find(({ outcome }) => outcome !== 'answered');
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const { withinMs, grown, turnP99Ms, turnMaxMs, wallLagMs, aloneMs, besideMs, calls } = figures;
  const [memory, ratio] = [
    `${(grown / 2 ** 20).toFixed(0)} MiB`,
    `${(besideMs / aloneMs).toFixed(2)}${isBusy ? ' (busy machine)' : ''}`,
  ];
  const end = last === undefined ? 'answered' : `${last.step} ${last.outcome}`;
  return [
    name,
    end,
    ms(withinMs),
    memory,
    ...[turnP99Ms, turnMaxMs, wallLagMs, aloneMs, besideMs].map(ms),
    ratio,
    `${calls}`,
    `${tries.length}`,
  ];
}

export function table(rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((cells) => cells[column]?.length ?? 0)));
  return [heads, ...rows].map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}
