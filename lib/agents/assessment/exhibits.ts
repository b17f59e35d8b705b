/** Which recorded answers an assessment is shown: those that speak of its controls, as many as a question holds. */
import type { ReportToolCall } from '../../contract/report.ts';
import { shortened } from '../prompt.ts';
import type { Exhibit } from './answer.ts';

/** One text block of a completed call. */
export interface Recording {
  readonly toolCallId: string;
  readonly planTaskId: string;
  readonly source: string;
  readonly tool: string;
  readonly args: ReportToolCall['args'];
  readonly blobSha256: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly collectedAt: string;
}

export interface ReadRecording extends Recording {
  readonly content: Uint8Array;
}

/** What an exhibit's label stands for. */
export type Shown = Exhibit & { readonly recording: ReadRecording };

/** Blocks that are read from the database for one group: their texts are then ranked. */
const MAX_READ = 160;
/** A larger block is a listing or a binary more often than a statement. */
const MAX_BLOCK_BYTES = 512 * 1024;
const MAX_SHOWN = 40;
const EXHIBIT_CHARS = 5_000;
const TOTAL_CHARS = 64_000;

const documents =
  /\.(?:md|mdx|txt|rst|adoc|org|html?|ya?ml|json|toml|csv)\b|polic|secur|govern|incident|privacy|complian|readme|runbook|backup|access|risk|vendor|train/i;

/** Those worth reading: a source's own answers before files, documents before code; each content once. */
export function worthReading(recordings: readonly Recording[], terms: Terms): Recording[] {
  const rank = ({ args, tool }: Recording): number => {
    const words = JSON.stringify(args);
    return (documents.test(words) ? 2 : 0) + (termsIn(words, terms) > 0 ? 2 : 0) + (/^(?:read_|get_file)/.test(tool) ? 0 : 1);
  };
  const once = new Map(recordings.map((one) => [one.blobSha256, one]));
  return [...once.values()]
    .filter(({ bytes }) => bytes > 0 && bytes <= MAX_BLOCK_BYTES)
    .map((one, at) => ({ one, at, rank: rank(one) }))
    .sort((a, b) => b.rank - a.rank || a.at - b.at)
    .slice(0, MAX_READ)
    .map(({ one }) => one);
}

/** Labelled in the order in which they are shown: those that use most of the controls' words first. */
export function exhibitsFor(recordings: readonly ReadRecording[], terms: Terms): Shown[] {
  const texts = recordings
    .map((recording, at) => ({ recording, at, text: Buffer.from(recording.content).toString('utf8') }))
    .filter(({ text }) => !text.includes('\0') && text.trim() !== '')
    .map((one) => ({ ...one, rank: termsIn(one.text.slice(0, 20_000), terms) }))
    .sort((a, b) => b.rank - a.rank || a.at - b.at)
    .slice(0, MAX_SHOWN);
  const each = Math.min(EXHIBIT_CHARS, Math.floor(TOTAL_CHARS / Math.max(1, texts.length)));
  return texts.map(({ recording, text }, index) => ({
    id: `E${index + 1}`,
    source: recording.source,
    tool: recording.tool,
    arguments: shortened(JSON.stringify(recording.args), 500),
    text: shortened(text, each),
    recording,
  }));
}

/** Beginnings of words, lower case. */
export type Terms = ReadonlySet<string>;

/** Letters of a term: words that differ behind them are the same to a reader who looks for a subject. */
const SHORTEST = 5;
const LONGEST = 8;

/** Of the words that the controls use, without what every control says. */
export function termsOf(texts: readonly string[]): Terms {
  const common = new Set([
    'their',
    'which',
    'other',
    'these',
    'about',
    'where',
    'there',
    'organization',
    'organizational',
    'based',
  ]);
  const words = wordsOf(texts.join(' '));
  return new Set(words.filter((word) => !common.has(word)).map((word) => word.slice(0, LONGEST)));
}

/** How many of the terms a word of the text begins with. One look at the text, however many terms there are. */
function termsIn(text: string, terms: Terms): number {
  const found = new Set<string>();
  for (const word of wordsOf(text)) {
    for (let letters = SHORTEST; letters <= LONGEST && letters <= word.length; letters += 1) {
      const start = word.slice(0, letters);
      if (terms.has(start)) found.add(start);
    }
  }
  return found.size;
}

/** Of five letters and more, also those that a name in code joins: accessReview. */
const wordsOf = (text: string): string[] =>
  (text.match(/\p{Lu}\p{Ll}{4,}|\p{Ll}{5,}|\p{Lu}{5,}/gu) ?? []).map((word) => word.toLowerCase());
