/** docs/security-audit.md, from the rows and what became of their tests. */
import type { Judged } from './judge.ts';
import type { Row } from './row.ts';

export interface JudgedRow {
  readonly row: Row;
  readonly judged: readonly Judged[];
}

const passedOf = (judged: readonly Judged[]): number => judged.reduce((sum, { passed }) => sum + passed, 0);

export function page(date: string, threats: readonly JudgedRow[], faults: readonly JudgedRow[]): string {
  const all = [...threats, ...faults];
  const total = all.reduce((sum, { judged }) => sum + passedOf(judged), 0);
  return `${[
    '# Security audit',
    '',
    '<!-- Written by `npm run audit`; the rows are in scripts/audit. -->',
    '',
    `Run of ${date}: ${all.length} rows, ${total} cases passed (one that speaks for two rows counts in both), none failed. A row without a test, a named test that does not exist and a case that`,
    'fails each keep this page from being written. A title stands for every case of its family. What is defended how is in the',
    '[threat model](security/threat-model.md), whose rows are named in brackets; its row 22, the supply chain, is kept by settings of the repository that no',
    'test here can see.',
    '',
    '## Threats',
    ...threats.flatMap(section),
    '',
    '## Faults',
    ...faults.flatMap(section),
  ].join('\n')}\n`;
}

function section({ row, judged }: JudgedRow): string[] {
  const model = row.model === undefined ? '' : ` (threat model: ${row.model.join(', ')})`;
  return [
    '',
    `### ${row.id}. ${row.what}`,
    '',
    `Required: ${row.required}${model}. **${passedOf(judged)} cases passed.**`,
    '',
    ...judged.map(({ file, title, passed }) => `- \`${file}\`: \`${title}\`, ${passed}`),
  ];
}
