/** CODEOWNERS as GitHub and GitLab read it: the last matching line decides. */
import { perFile } from '../parse/memo.ts';

export interface OwnerRule {
  /** Users, teams or addresses; empty where a line takes ownership away. */
  readonly owners: readonly string[];
  readonly matches: (path: string) => boolean;
  /** The line, without its break. */
  readonly start: number;
  readonly end: number;
}

/** Where the hosts look, in their order. */
export const codeownersPaths = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'] as const;

const section = /^\^?\[[^\]]+\](?:\[\d+\])?\s*(.*)$/;
const owner = /^@[\w./-]+$|^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export const codeowners = perFile('a CODEOWNERS file', (file): readonly OwnerRule[] => {
  const rules: OwnerRule[] = [];
  let defaults: readonly string[] = [];
  for (const found of file.content.text.matchAll(/[^\r\n]+/g)) {
    const line = found[0].replace(/(?:^|\s)#.*$/, '').trim();
    const heading = section.exec(line);
    if (heading) defaults = ownersOf((heading[1] ?? '').split(/\s+/));
    else if (line !== '') {
      const [pattern = '', ...names] = line.split(/(?<!\\)\s+/);
      const owners = ownersOf(names);
      const start = found.index;
      rules.push({
        owners: owners.length > 0 ? owners : defaults,
        matches: matcher(pattern),
        start,
        end: start + found[0].length,
      });
    }
  }
  return rules;
});

const ownersOf = (names: readonly string[]): readonly string[] => names.filter((name) => owner.test(name));

/** Gitignore's patterns, but `docs/*` reaches direct children only, and there is neither negation nor a character class. */
function matcher(pattern: string): OwnerRule['matches'] {
  const plain = pattern.replaceAll('\\ ', ' ');
  const anchored = plain.slice(0, -1).includes('/');
  const wanted = (anchored ? plain : `**/${plain}`).split('/').filter((part) => part !== '');
  // A name may be a file or a folder with everything in it; `*` at the end is no name.
  const reach = wanted.at(-1) === '*' && !plain.endsWith('/') ? wanted : [...wanted, '**'];
  return (path) => pathMatches(reach, path.split('/'));
}

/**
 * Whole segments, `**` for any number of them. Written out instead of a regular expression, whose time grows without bound
 * on patterns like `*a*a*a*b`: both the pattern and the paths come from the assessed repository.
 */
function pathMatches(pattern: readonly string[], path: readonly string[]): boolean {
  // reachable[i]: the pattern so far matches the first i segments of the path.
  let reachable = [true, ...path.map(() => false)];
  for (const part of pattern) {
    const next = reachable.map(() => false);
    for (const [index, open] of reachable.entries()) {
      if (part === '**') next[index] = open || (next[index - 1] ?? false);
      else next[index] = index > 0 && (reachable[index - 1] ?? false) && segmentMatches(part, path[index - 1] ?? '');
    }
    reachable = next;
  }
  return reachable.at(-1) ?? false;
}

/** `*` and `?` within a segment: after a mismatch only the last star needs to grow. */
function segmentMatches(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let mark = 0;
  for (let index = 0; index < name.length; ) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at;
      mark = index;
      at += 1;
    } else if (wanted === '?' || wanted === name[index]) {
      at += 1;
      index += 1;
    } else if (star === -1) return false;
    else {
      at = star + 1;
      mark += 1;
      index = mark;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}

export const decisive = (rules: readonly OwnerRule[], path: string): OwnerRule | undefined =>
  rules.findLast((rule) => rule.matches(path));
