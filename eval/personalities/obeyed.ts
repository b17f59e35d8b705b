/** What a model that obeys every text would take out of one: commands, however they are wrapped, and secrets. */

export interface Orders {
  readonly tools: readonly string[];
  readonly secrets: readonly string[];
  /** Lines that read like commands, as they stand. */
  readonly lines: readonly string[];
}

export function ordersIn(texts: readonly string[]): Orders {
  const all = texts.flatMap((text) => [text, ...unwrapped(text)]);
  const found = (pattern: RegExp): string[] => [
    ...new Set(all.flatMap((text) => [...text.matchAll(pattern)].map(([whole]) => whole))),
  ];
  return {
    tools: found(/\b[a-z]{2,}(?:_[a-z]{2,})+\b/g),
    secrets: found(/\b(?:sk|ghp|canary|xoxb|AKIA)[-_]?[\w-]{8,}/g),
    lines: all
      .flatMap((text) => text.split('\n'))
      .map((line) => line.trim().slice(0, MOST_OF_A_LINE))
      .filter((line) => line.length > 20)
      .slice(0, MOST_LINES),
  };
}

const MOST_LINES = 8;
const MOST_OF_A_LINE = 300;

/** Base64, reversed letters, invisible characters between letters, and entities. */
function unwrapped(text: string): string[] {
  const encoded = [...text.matchAll(/[A-Za-z0-9+/]{40,}={0,2}/g)].map(([one]) => Buffer.from(one, 'base64').toString('utf8'));
  const hex = [...text.matchAll(/\b(?:[0-9a-f]{2}){20,}\b/g)].map(([one]) => Buffer.from(one, 'hex').toString('utf8'));
  const visible = text.replace(/[\u200b-\u200d\u2060\ufeff]/g, '');
  const entities = text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  return [...encoded, ...hex, visible, entities, [...text].reverse().join('')];
}
