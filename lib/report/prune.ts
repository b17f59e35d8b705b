/** Takes what a model wrote and keeps the claims that hold: a sentence outside a claim, or one that says more than it cites, goes. */
import type { Claim, Prose } from '../contract/report.ts';
import { type Grounds, inventedIn } from './invented.ts';
import { clipped, oneLine } from './text.ts';
import type { Withheld } from './verified.ts';

/** `prose` is null when nothing is left of it. */
export function prune(prose: Prose, grounds: Grounds): { readonly prose: Prose | null; readonly withheld: Withheld[] } {
  const invented = inventedIn(prose, grounds);
  if (invented.length === 0) return { prose: prose.text.trim() === '' ? null : prose, withheld: [] };
  const bytes = Buffer.from(prose.text);
  const withheld = invented.map(({ text, reason }) => ({ claim: clipped(oneLine(text), 160), reason }));
  const isLost = ({ start, end }: Range): boolean => invented.some((one) => one.start < end && start < one.end);
  let text = '';
  const claims: Claim[] = [];
  for (const range of rangesOf(prose.claims)) {
    if (isLost(range)) continue;
    const at = Buffer.byteLength(text === '' ? text : `${text} `) - range.start;
    text += `${text === '' ? '' : ' '}${bytes.subarray(range.start, range.end).toString()}`;
    for (const claim of prose.claims) {
      if (claim.start < range.end && range.start < claim.end)
        claims.push({ ...claim, start: claim.start + at, end: claim.end + at });
    }
  }
  return { prose: text === '' ? null : { text, origin: prose.origin, claims }, withheld };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Overlapping claims stand or fall together. */
function rangesOf(claims: readonly Claim[]): Range[] {
  const ranges: { start: number; end: number }[] = [];
  for (const { start, end } of [...claims].sort((a, b) => a.start - b.start)) {
    const last = ranges.at(-1);
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else ranges.push({ start, end });
  }
  return ranges;
}
