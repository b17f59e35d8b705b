import { type Row, times } from './result.ts';

const heads = ['benchmark', 'of', 'result', 'baseline', 'ratio', 'goal'];

export const table = (rows: readonly Row[]): string =>
  aligned(
    heads,
    rows.map(({ benchmark, subject, result, baseline, ratio, goal }) => [
      benchmark,
      subject,
      result,
      baseline,
      times(ratio),
      goal === null ? '' : `${goal.text}: ${goal.met ? 'met' : 'NOT MET'}`,
    ]),
  );

/** A Markdown table that is also readable in a terminal: columns are padded. */
export function aligned(heads: readonly string[], cells: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}
