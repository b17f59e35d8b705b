/** Is this evidence what the recorded bytes say? Asked at assembly and by the offline verifier. */
import { createHash } from 'node:crypto';
import type { EvidenceItem, ReportToolCall } from '../contract/report.ts';
import { verifyQuote } from '../domain/citation.ts';
import { derivedFile } from '../domain/derived.ts';
import { UnparsableListing } from '../domain/errors.ts';
import { countIn, type ListingBlob, type Population, populationFor } from '../domain/population.ts';
import { evidenceSource, type Source } from './sources.ts';
import { foreignFigure, sizesOf } from './statement.ts';

export type CheckedCall = Pick<ReportToolCall, 'id' | 'tool' | 'args' | 'status' | 'blobs'>;

export type EvidenceCheck =
  | { readonly ok: true; readonly item: EvidenceItem; readonly source: Source }
  | { readonly ok: false; readonly reason: string };

export type EvidenceChecker = (item: EvidenceItem) => EvidenceCheck;

/** Reads each listing once, and of records each kind once, however many predicates are evaluated on it. */
export function evidenceChecker(calls: Iterable<CheckedCall>, blobs: ReadonlyMap<string, Uint8Array>): EvidenceChecker {
  const callById = new Map([...calls].map((call) => [call.id, call]));
  const populations = new Map<string, Population | UnparsableListing>();
  const bytesOf = memo((sha256: string): Uint8Array | string => {
    const bytes = blobs.get(sha256);
    if (bytes === undefined) return `The cited bytes ${sha256} are missing.`;
    const actual = createHash('sha256').update(bytes).digest('hex');
    return actual === sha256 ? bytes : `The cited bytes ${sha256} have the hash ${actual}.`;
  });
  const populationOf = (item: Population_): Population | UnparsableListing => {
    const { name, args } = item.predicate;
    const of = name === 'records-where' ? [args.family, args.kind] : [];
    const key = JSON.stringify([item.toolCallIds, item.blobSha256s, ...of]);
    const known = populations.get(key) ?? readPopulation(item, callById, bytesOf);
    populations.set(key, known);
    return known;
  };
  return (item) => {
    if (item.kind === 'excerpt') return checkExcerpt(item, callById, bytesOf);
    const population = populationOf(item);
    if (population instanceof UnparsableListing) return { ok: false, reason: `${population.message}.` };
    return checkPopulation(item, population, callById);
  };
}

type Excerpt = Extract<EvidenceItem, { kind: 'excerpt' }>;
type Population_ = Extract<EvidenceItem, { kind: 'population' }>;
type BytesOf = (sha256: string) => Uint8Array | string;

function checkExcerpt(item: Excerpt, calls: ReadonlyMap<string, CheckedCall>, bytesOf: BytesOf): EvidenceCheck {
  const call = calls.get(item.toolCallId);
  if (call?.status !== 'ok') return { ok: false, reason: `The tool call ${item.toolCallId} has no result.` };
  if (!call.blobs.some(({ sha256 }) => sha256 === item.blobSha256)) {
    return { ok: false, reason: `The tool call ${item.toolCallId} did not return the cited bytes.` };
  }
  const bytes = blockOf(call, item.blobSha256, bytesOf);
  if (typeof bytes === 'string') return { ok: false, reason: bytes };
  const checked = verifyQuote(bytes, item);
  if (checked.state === 'withheld') return { ok: false, reason: checked.reason };
  const state = checked.state === 'repaired' ? 'repaired' : item.state;
  const verified = { ...item, start: checked.start, end: checked.end, quote: checked.quote, state };
  return { ok: true, item: verified, source: evidenceSource(verified, calls, null) };
}

/** The bytes of one block of a call; a file that was taken out of another block is taken out of it again. Else, why they are not. */
function blockOf(call: CheckedCall, sha256: string, bytesOf: BytesOf): Uint8Array | string {
  const bytes = bytesOf(sha256);
  const origin = call.blobs.find((blob) => blob.sha256 === sha256)?.derivedFrom;
  if (typeof bytes === 'string' || origin === undefined) return bytes;
  const sent = call.blobs.find(({ index, derivedFrom }) => index === origin && derivedFrom === undefined);
  const whole = sent === undefined ? `The tool call ${call.id} has no block ${origin}.` : bytesOf(sent.sha256);
  if (typeof whole === 'string') return whole;
  const again = derivedFile(call, whole);
  return again !== null && Buffer.from(again).equals(bytes) ? bytes : `The cited file ${sha256} is not what the tool sent.`;
}

function checkPopulation(item: Population_, population: Population, calls: ReadonlyMap<string, CheckedCall>): EvidenceCheck {
  const counted = countIn(item.predicate, population);
  if (!counted.ok) return { ok: false, reason: `${counted.reason}.` };
  if (counted.count !== item.count) {
    return { ok: false, reason: `The listing holds ${counted.count} that match, not ${item.count}.` };
  }
  const own = evidenceSource(item, calls, population);
  const foreign = foreignFigure(item, sizesOf(population));
  if (foreign !== null) return { ok: false, reason: `Its statement says "${foreign}", which the listing does not.` };
  return { ok: true, item, source: own };
}

function readPopulation(
  item: Population_,
  calls: ReadonlyMap<string, CheckedCall>,
  bytesOf: BytesOf,
): Population | UnparsableListing {
  try {
    return populationFor(item.predicate, listingsOf(item, calls, bytesOf));
  } catch (error) {
    if (error instanceof UnparsableListing) return error;
    throw error;
  }
}

/** @throws UnparsableListing when a cited call, or cited bytes, are not what was recorded. */
function listingsOf(item: Population_, calls: ReadonlyMap<string, CheckedCall>, bytesOf: BytesOf): ListingBlob[] {
  const cited = new Set(item.blobSha256s);
  const used = new Set<string>();
  const listings = item.toolCallIds.flatMap((id) => {
    const call = calls.get(id);
    if (call?.status !== 'ok') throw new UnparsableListing(`The tool call ${id} has no result`);
    return call.blobs.map(({ index, sha256, truncated }): ListingBlob => {
      if (!cited.has(sha256)) throw new UnparsableListing(`The tool call ${id} returned bytes that are not cited`);
      const bytes = blockOf(call, sha256, bytesOf);
      if (typeof bytes === 'string') throw new UnparsableListing(bytes.replace(/\.$/, ''));
      used.add(sha256);
      return { tool: call.tool, args: call.args, index, bytes, truncated };
    });
  });
  if (used.size !== cited.size) throw new UnparsableListing('Bytes are cited that none of the cited calls returned');
  return listings;
}

function memo<V>(compute: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = compute(key);
    known.set(key, value);
    return value;
  };
}
