/** CODEOWNERS as GitHub and GitLab read it: the last matching line decides. */
import picomatch from 'picomatch';
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
  const path = plain.replace(/^\//, '').replace(/\/$/, '/**');
  const rooted = anchored ? path : `**/${path}`;
  const globs = /(?:\/\*\*|\/\*)$/.test(plain.replace(/\/$/, '/**')) ? [rooted] : [rooted, `${rooted}/**`];
  return picomatch(globs, { dot: true });
}

export const decisive = (rules: readonly OwnerRule[], path: string): OwnerRule | undefined =>
  rules.findLast((rule) => rule.matches(path));
