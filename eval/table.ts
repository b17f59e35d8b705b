import { seconds, whole } from '../bench/result.ts';
import { aligned } from '../bench/table.ts';
import type { Figures } from './figures.ts';

const heads = [
  'model',
  'example',
  'outcome',
  'verdicts right',
  'false alarms',
  'false passes',
  'raised, proposed',
  'withheld',
  'invented',
  'lies',
  'calls',
  'tokens in, out',
  'cost',
  'time',
];

export const evalTable = (rows: readonly Figures[]): string => aligned(heads, rows.map(cellsOf));

const cellsOf = (row: Figures): string[] => [
  row.model,
  row.example,
  row.degraded === 0 ? row.outcome : `${row.outcome}, ${row.degraded} degraded`,
  `${row.right} of ${row.wanted}`,
  String(row.falseAlarms.length),
  String(row.falsePasses.length),
  `${row.raised}, ${row.proposed}`,
  row.withheld + row.printed === 0 ? '' : `${Math.round((100 * row.withheld) / (row.withheld + row.printed))} %`,
  String(row.invented.length),
  String(row.lies),
  row.callsFailed === 0 ? String(row.calls) : `${row.calls}, ${row.callsFailed} failed`,
  `${whole(row.promptTokens)}, ${whole(row.completionTokens)}`,
  row.costUsd === null ? '' : `${row.costUsd.toFixed(3)} USD`,
  seconds(row.seconds * 1000),
];
