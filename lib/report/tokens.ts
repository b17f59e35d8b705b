/** The parts of a sentence that state something particular and so must stand in its sources. */
import { isGeneralTerm, isIdiom } from './glossary.ts';

/** `start`/`end` are UTF-16 offsets into the text. `value` is what is looked for: a number without separators, a name without 's. */
export interface Token {
  readonly kind: 'number' | 'identifier' | 'name' | 'quoted';
  readonly value: string;
  /** Of a number in words: the word, which may also be part of a name (a folder called "two"). */
  readonly spelled?: string;
  readonly start: number;
  readonly end: number;
}

const numberWords = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/**
 * Numbers (also the words two to twelve), identifiers (anything with a digit, a path or address sign, an inner dot), dates, names
 * (capitalised words) and everything in quotation marks or backticks. The first word of a sentence is taken for a name only when it
 * is written in capitals throughout or in the middle: every sentence begins with a capital.
 */
export function tokensOf(text: string): Token[] {
  const quoted = [...text.matchAll(/`([^`\n]+)`|"([^"\n]+)"|“([^”\n]+)”/g)].map((match): Token => {
    const value = match[1] ?? match[2] ?? match[3] ?? '';
    return { kind: 'quoted', value, start: match.index, end: match.index + match[0].length };
  });
  const isQuoted = (at: number): boolean => quoted.some(({ start, end }) => at >= start && at < end);
  const words = [...text.matchAll(/\S+/g)].flatMap((match) => {
    if (isQuoted(match.index)) return [];
    return wordTokens(match[0], match.index, startsSentence(text.slice(0, match.index)));
  });
  return [...quoted, ...words].sort((a, b) => a.start - b.start);
}

const startsSentence = (before: string): boolean => /(^|[.!?:…][)\]"'”’]*\s+|\n\s*|[-*•—]\s+)$/.test(before);

function wordTokens(raw: string, at: number, isFirst: boolean): Token[] {
  const lead = /^[("'‘“[{<*«]*/.exec(raw)?.[0].length ?? 0;
  const bare = raw.slice(lead).replace(/[)\]}>"'’”»*,;:!?…]*\.?[)\]}>"'’”»*,;:!?….]*$/, '');
  const word = bare.replace(/['’]s$/, '');
  const token = (kind: Token['kind'], value: string): Token => ({ kind, value, start: at + lead, end: at + lead + bare.length });
  if (word === '' || isIdiom(word)) return [];
  if (/\d/.test(word)) return digits(word).map(([kind, value]) => token(kind, value));
  const spelled = numberWords.indexOf(word.toLowerCase());
  if (spelled !== -1) return [{ ...token('number', String(spelled + 2)), spelled: word }];
  if (/[/_@#\\]|\w\.\w|::/.test(word) || /^[.-]+\w/.test(word)) return [token('identifier', word)];
  const isMarked = /\p{Lu}.*\p{Lu}|\p{Ll}\p{Lu}/u.test(word);
  const isName = isMarked || (/^\p{Lu}/u.test(word) && !isFirst);
  return isName && !word.split('-').every((part) => /^\p{Ll}*$/u.test(part) || isGeneralTerm(part)) ? [token('name', word)] : [];
}

/** "62.5 %" and "1,024" are numbers, "5-93" two of them; "2026-11-23", "v4" and "PR.PS-06" are identifiers. */
function digits(word: string): [Token['kind'], string][] {
  const isNumber = /^[+-]?\d{1,3}(?:,\d{3})*(?:\.\d+)?%?$|^[+-]?\d+(?:\.\d+)?%?$/;
  const parts = word.split(/[–/-]/);
  if (isNumber.test(word)) return [['number', plain(word)]];
  const isRange = parts.length === 2 && parts.every((part) => isNumber.test(part));
  return isRange ? parts.map((part) => ['number', plain(part)]) : [['identifier', word]];
}

const plain = (number: string): string => number.replace(/[,%+]/g, '');
