import type { Verification } from '../lib/evidence/verify.ts';
import { bold, dim, green, red, yellow } from './output.ts';

/** Problems printed one by one; `--json` gives them all. */
const SHOWN = 40;

/** What `verify` prints: what was looked at, what is wrong and where, who sealed it, and the verdict last. */
export function verifyLines({ ok, signer, problems, report, checked }: Verification, color: boolean): string[] {
  const good = (text: string): string => `${green('ok', color)}    ${text}`;
  const bad = (text: string): string => `${red('wrong', color)} ${text}`;
  const isFree = (...kinds: string[]): boolean => !problems.some(({ kind }) => kinds.includes(kind));
  const looked: readonly (readonly [text: string, ...kinds: string[]])[] = [
    [`archive: ${checked.files} files, nothing unlisted`, 'container', 'refused-name', 'unlisted', 'missing', 'malformed'],
    [`seal: ${checked.leaves} leaves give the root`, 'changed', 'deleted', 'inserted', 'moved', 'seal'],
    [`ledger: its rows are what the report prints`, 'ledger'],
    [`citations: ${checked.excerpts} quotes stand at their bytes in ${checked.blobs} stored results`, 'citation'],
    [`populations: ${checked.populations} counted again`, 'population'],
    [`statements: ${checked.claims} claims, none without ground`, 'statement'],
    [`figures: score, coverage and ${checked.verdicts} verdicts follow from the checks`, 'figure'],
  ];
  const heading =
    report === null
      ? 'No report could be read'
      : `${report.run.framework.title}, run ${report.run.id}, ${report.run.outcome}, ended ${report.run.endedAt}`;
  const left = problems.length - SHOWN;
  return [
    bold(heading, color),
    ...(report === null ? [] : looked.filter(([, ...kinds]) => isFree(...kinds)).map(([text]) => good(text))),
    ...problems.slice(0, SHOWN).map(({ kind, where, message }) => bad(`${kind}: ${where}: ${message}`)),
    ...(left > 0 ? [dim(`      and ${left} more; --json lists them all`, color)] : []),
    ...signerLine(signer, ok, color),
    ok ? bold(green('VERIFIED', color), color) : bold(red('NOT VERIFIED', color), color),
  ];
}

function signerLine(signer: Verification['signer'], ok: boolean, color: boolean): string[] {
  if (signer === 'verified') return [`${green('ok', color)}    signer: the given key signed this seal`];
  if (signer === 'failed' || !ok) return [];
  return [`${yellow('note', color)}  integrity only, signer unproven: pass --key <pem> to check who sealed it`];
}
