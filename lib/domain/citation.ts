/** Ties a quote to bytes. The same check runs when a citation is written, when the report is sealed, and offline. */
import { normalise } from './normalise.ts';

/** The most an excerpt may hold, in UTF-8 bytes (evidence.md, citations). */
export const MAX_QUOTE_BYTES = 2048;

/** Offsets are UTF-8 bytes. `repaired`: the quote was found elsewhere, or with other white space; offsets and quote are the bytes' own. */
export type QuoteCheck =
  | { readonly state: 'verified' | 'repaired'; readonly start: number; readonly end: number; readonly quote: string }
  | { readonly state: 'withheld'; readonly reason: string };

export interface Quoted {
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/**
 * The bytes at the offsets are the quote -> `verified`; else a unique match after white-space and quote-mark normalisation ->
 * `repaired`; else `withheld`. Never throws.
 */
export function verifyQuote(bytes: Uint8Array, cited: Quoted): QuoteCheck {
  const { start, end, quote } = cited;
  if (quote.trim() === '') return withheld('The quote is empty.');
  if (!quote.isWellFormed()) return withheld('The quote is not valid text.');
  const wanted = Buffer.from(quote);
  if (wanted.byteLength > MAX_QUOTE_BYTES) return withheld(`The quote is longer than ${MAX_QUOTE_BYTES} bytes.`);
  const inRange = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end <= bytes.byteLength;
  if (inRange && wanted.equals(bytes.subarray(start, end))) return { state: 'verified', start, end, quote };
  return repair(bytes, quote);
}

/** Finds where a quote stands in a text, for callers that have no offsets. Same result as `verifyQuote`, never `verified`. */
export const locateQuote = (bytes: Uint8Array, quote: string): QuoteCheck => verifyQuote(bytes, { start: -1, end: -1, quote });

function repair(bytes: Uint8Array, quote: string): QuoteCheck {
  const text = decode(bytes);
  if (text === null) return withheld('The quote is not at its offsets, and the bytes are no UTF-8 text to search.');
  const haystack = normalise(text);
  const needle = normalise(quote).text.trim();
  const at = haystack.text.indexOf(needle);
  if (at === -1) return withheld('The quote does not stand in the cited bytes.');
  if (haystack.text.indexOf(needle, at + 1) !== -1) return withheld('The quote stands in the cited bytes more than once.');
  const from = haystack.from[at] ?? 0;
  const to = haystack.to[at + needle.length - 1] ?? text.length;
  const found = text.slice(from, to);
  const length = Buffer.byteLength(found);
  if (length > MAX_QUOTE_BYTES) return withheld(`The quoted passage is longer than ${MAX_QUOTE_BYTES} bytes.`);
  const start = Buffer.byteLength(text.slice(0, from));
  return { state: 'repaired', start, end: start + length, quote: found };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const withheld = (reason: string): QuoteCheck => ({ state: 'withheld', reason });
