/** White space and quote marks as a model changes them when it copies; every normalised character knows where it came from. */
export interface Normalised {
  readonly text: string;
  /** For each UTF-16 unit of `text`, the [from, to) units of the original it stands for. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const single = new Set(['\u2018', '\u2019', '\u201a', '\u201b', '\u2032', '\u00b4', '`']);
const double = new Set(['\u201c', '\u201d', '\u201e', '\u201f', '\u2033', '\u00ab', '\u00bb']);
const space = /\s/;

export function normalise(original: string): Normalised {
  const units: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  for (let at = 0; at < original.length; at += 1) {
    const unit = original.charAt(at);
    const isSpace = space.test(unit);
    if (isSpace && units.at(-1) === ' ') {
      to[to.length - 1] = at + 1;
      continue;
    }
    units.push(isSpace ? ' ' : single.has(unit) ? "'" : double.has(unit) ? '"' : unit);
    from.push(at);
    to.push(at + 1);
  }
  return { text: units.join(''), from, to };
}
