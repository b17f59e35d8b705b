/** Writes prose whose every sentence is a claim: figures come in by pointer, so they cannot differ from the report's own. */
import type { Claim, Prose } from '../contract/report.ts';
import { resolvePointer, spellings } from './pointer.ts';

/** Words to print, and the pointers that support them. */
export interface Figure {
  readonly text: string;
  readonly pointers: readonly string[];
}

export interface Composer {
  /** One sentence; each `${}` is a JSON pointer into the report, printed as its value, or a Figure. */
  say(strings: TemplateStringsArray, ...figures: readonly (string | Figure)[]): void;
  /** One sentence that evidence shows; figures in it are pointers as well. */
  cite(evidenceIds: readonly string[]): (strings: TemplateStringsArray, ...figures: readonly (string | Figure)[]) => void;
  /** Begins a new paragraph; an `item` of a list begins with a dash. */
  paragraph(): void;
  item(): void;
  /** The figure at a pointer with its noun: "1 file", "3 files". A list counts by its length. */
  count(pointer: string, singular: string, plural?: string): Figure;
  /** Words that no figure prints but that rest on one. */
  given(pointer: string, text: string): Figure;
  build(origin: Prose['origin']): Prose;
}

export function composer(report: unknown): Composer {
  let text = '';
  let gap = '';
  const claims: Claim[] = [];
  const add = (sentence: string, grounds: readonly ({ evidenceIds: string[] } | { computed: string[] })[]): void => {
    text += gap;
    const start = Buffer.byteLength(text);
    text += sentence;
    const end = Buffer.byteLength(text);
    for (const ground of grounds) claims.push({ start, end, ...ground });
    gap = ' ';
  };
  const render = (strings: TemplateStringsArray, figures: readonly (string | Figure)[]): Figure => {
    const parts = figures.map((figure) => (typeof figure === 'string' ? printed(report, figure) : figure));
    const words = strings.map((string, index) => `${string}${parts[index]?.text ?? ''}`).join('');
    return { text: words, pointers: [...new Set(parts.flatMap(({ pointers }) => pointers))] };
  };
  return {
    say(strings, ...figures) {
      const { text: sentence, pointers } = render(strings, figures);
      add(sentence, [{ computed: pointers.length > 0 ? [...pointers] : ['/run/mode'] }]);
    },
    cite(evidenceIds) {
      return (strings, ...figures) => {
        const { text: sentence, pointers } = render(strings, figures);
        const grounds = [{ evidenceIds: [...evidenceIds] }, ...(pointers.length > 0 ? [{ computed: [...pointers] }] : [])];
        add(sentence, grounds);
      };
    },
    paragraph() {
      if (text !== '') gap = '\n\n';
    },
    item() {
      gap = text === '' ? '- ' : '\n- ';
    },
    count(pointer, singular, plural = `${singular}s`) {
      const value = resolvePointer(report, pointer);
      const number = Array.isArray(value) ? value.length : value;
      return { text: `${number} ${number === 1 ? singular : plural}`, pointers: [pointer] };
    },
    given: (pointer, words) => ({ text: words, pointers: [pointer] }),
    build: (origin) => ({ text, origin, claims }),
  };
}

function printed(report: unknown, pointer: string): Figure {
  const value = resolvePointer(report, pointer);
  const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value);
  const text = isTime
    ? `${value.slice(0, 10)} ${value.slice(11, 16)} UTC`
    : Array.isArray(value)
      ? value.join(', ')
      : (spellings(value)[0] ?? 'none');
  return { text, pointers: [pointer] };
}
