/** Does every citation, listing and sentence of the report stand on the bytes beside it? */
import { createHash } from 'node:crypto';
import type { Report } from '../contract/report.ts';
import { evidenceChecker } from '../report/check-evidence.ts';
import { inventedInReport } from '../report/invented-report.ts';
import { citedBlobs } from '../report/run-data.ts';
import { clipped } from '../report/text.ts';
import { canonicalJson } from './canonical.ts';
import { type LedgerRow, reportedCall } from './ledger.ts';
import type { Problem } from './problem.ts';

/** Each cited blob is there under its own hash, and nothing else is. */
export function blobProblems(report: Report, blobs: ReadonlyMap<string, Uint8Array>): Problem[] {
  const cited = new Set(citedBlobs(report.evidence, report.toolCalls));
  const problems: Problem[] = [...cited]
    .filter((sha256) => !blobs.has(sha256))
    .map((sha256) => ({
      kind: 'missing',
      where: `blobs/${sha256}`,
      message: 'The report cites it, and it is not in the bundle.',
    }));
  for (const [name, bytes] of blobs) {
    const where = `blobs/${name}`;
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== name) problems.push({ kind: 'changed', where, message: `Its bytes have the hash ${actual}.` });
    if (!cited.has(name)) problems.push({ kind: 'unlisted', where, message: 'Nothing in the report cites it.' });
  }
  return problems;
}

/** The report's calls and evidence are the ledger's rows, one by one and in order. */
export function ledgerProblems(report: Report, ledger: readonly LedgerRow[]): Problem[] {
  const printed = [...report.toolCalls, ...report.evidence].map((item) => ({ id: item.id, json: canonicalJson(item) }));
  const recorded = ledger.map((row) => {
    if (row.row === 'tool-call') return { id: row.id, json: canonicalJson(reportedCall(row)) };
    const { row: _, ...item } = row;
    return { id: row.id, json: canonicalJson(item) };
  });
  const problems: Problem[] = [];
  for (let index = 0; index < Math.max(printed.length, recorded.length); index += 1) {
    if (printed[index]?.json === recorded[index]?.json) continue;
    const id = recorded[index]?.id ?? printed[index]?.id ?? '';
    problems.push({
      kind: 'ledger',
      where: `ledger.json row ${index} (${id})`,
      message: 'The report does not print what the ledger recorded.',
    });
    break;
  }
  return problems;
}

export function evidenceProblems(report: Report, blobs: ReadonlyMap<string, Uint8Array>): Problem[] {
  const check = evidenceChecker(report.toolCalls, blobs);
  return report.evidence.flatMap((item, index): Problem[] => {
    const checked = check(item);
    const where = `report.json /evidence/${index} (${item.id})`;
    const kind = item.kind === 'excerpt' ? 'citation' : 'population';
    if (!checked.ok) return [{ kind, where, message: checked.reason }];
    const isAsPrinted = canonicalJson(checked.item) === canonicalJson(item);
    return isAsPrinted ? [] : [{ kind, where, message: 'The quoted bytes are not at the printed offsets.' }];
  });
}

export const statementProblems = (report: Report, blobs: ReadonlyMap<string, Uint8Array>): Problem[] =>
  inventedInReport(report, blobs).map(({ where, start, end, text, reason }) => ({
    kind: 'statement',
    where: `report.json ${where}, bytes ${start}-${end}`,
    message: `"${clipped(text, 80)}": ${reason}`,
  }));
