/**
 * Counts what a report says without ground (evidence.md, citations): a sentence outside any claim, or a number, identifier, date or
 * name in one that stands in neither its cited bytes nor the figures it points at. The count must be 0.
 */
import type { Claim, Prose } from '../contract/report.ts';
import { resolvePointer, spellings } from './pointer.ts';
import { type Source, source, supports } from './sources.ts';
import { tokensOf } from './tokens.ts';

/** `start`/`end` are UTF-8 byte offsets into the prose. */
export interface Invented {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly reason: string;
}

export interface Grounds {
  /** What a piece of evidence says; undefined when there is none of that id, or it does not hold. */
  readonly evidence: (id: string) => Source | undefined;
  /** The report that pointers point into. */
  readonly figures: unknown;
}

export function inventedIn(prose: Prose, grounds: Grounds): Invented[] {
  const bytes = Buffer.from(prose.text);
  const invented: Invented[] = [];
  const valid: Claim[] = [];
  for (const claim of prose.claims) {
    const problem = claimProblem(claim, bytes, grounds);
    if (problem === null) valid.push(claim);
    else invented.push({ start: claim.start, end: claim.end, text: slice(bytes, claim), reason: problem });
  }
  const stretches = merged(valid);
  return [...invented, ...outside(bytes, merged(prose.claims)), ...stretches.flatMap((one) => unsupported(bytes, one, grounds))];
}

/** Overlapping claims cover one stretch of text, and whatever any of them rests on supports it. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly claims: readonly Claim[];
}

function merged(claims: readonly Claim[]): Stretch[] {
  const stretches: { start: number; end: number; claims: Claim[] }[] = [];
  for (const claim of [...claims].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = stretches.at(-1);
    if (last !== undefined && claim.start < last.end) {
      last.end = Math.max(last.end, claim.end);
      last.claims.push(claim);
    } else stretches.push({ start: claim.start, end: claim.end, claims: [claim] });
  }
  return stretches;
}

function claimProblem(claim: Claim, bytes: Buffer, grounds: Grounds): string | null {
  const isRange = claim.start >= 0 && claim.start < claim.end && claim.end <= bytes.length;
  if (!isRange || !isBoundary(bytes, claim.start) || !isBoundary(bytes, claim.end)) return 'The claim has no such range of text.';
  if ('evidenceIds' in claim) {
    const lost = claim.evidenceIds.find((id) => grounds.evidence(id) === undefined);
    return lost === undefined ? null : `The evidence ${lost} does not hold.`;
  }
  const lost = claim.computed.find((pointer) => spellings(resolvePointer(grounds.figures, pointer)).length === 0);
  return lost === undefined ? null : `The report has no figure at ${lost}.`;
}

/** Not in the middle of a character. */
const isBoundary = (bytes: Buffer, at: number): boolean => at === bytes.length || ((bytes[at] ?? 0) & 0xc0) !== 0x80;

function outside(bytes: Buffer, stretches: readonly Stretch[]): Invented[] {
  const edges = [0, ...stretches.flatMap(({ start, end }) => [start, end]), bytes.length];
  return edges.flatMap((start, index) => {
    const end = edges[index + 1];
    if (index % 2 === 1 || end === undefined || end <= start) return [];
    return sentencesOf(slice(bytes, { start, end })).map((text) => ({
      start,
      end,
      text,
      reason: 'It stands outside of any claim.',
    }));
  });
}

/** Pieces that hold a letter or a digit; punctuation and headings' marks between claims say nothing. */
const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((one) => one.trim())
    .filter((one) => /[\p{L}\d]/u.test(one));

function unsupported(bytes: Buffer, stretch: Stretch, grounds: Grounds): Invented[] {
  const text = slice(bytes, stretch);
  const sources = stretch.claims.flatMap((claim) => sourcesOf(claim, grounds));
  const lost = tokensOf(text).filter((token) => !supports(sources, token));
  return lost
    .filter(({ start }, index) => lost[index - 1]?.start !== start)
    .map((token) => {
      const start = stretch.start + Buffer.byteLength(text.slice(0, token.start));
      const end = start + Buffer.byteLength(text.slice(token.start, token.end));
      return {
        start,
        end,
        text: text.slice(token.start, token.end),
        reason: `The ${token.kind} stands in nothing that is cited.`,
      };
    });
}

function sourcesOf(claim: Claim, grounds: Grounds): Source[] {
  if ('computed' in claim) {
    return [source(claim.computed.flatMap((pointer) => spellings(resolvePointer(grounds.figures, pointer))))];
  }
  return claim.evidenceIds.flatMap((id) => grounds.evidence(id) ?? []);
}

const slice = (bytes: Buffer, { start, end }: { start: number; end: number }): string =>
  bytes.subarray(Math.max(0, start), Math.max(0, end)).toString();
