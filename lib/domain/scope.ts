/** Which entries of a listed tree are in scope: the collector leaves the others out, and the verifier must leave out the same. */
import ignore, { type Ignore } from 'ignore';

/** Never descended into: version control's own store, and dependencies (their lockfile is assessed instead). */
export const skippedDirectories: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);

/** The files that narrow the scope; `.assayignore` counts in the root alone. */
export const isIgnoreFile = (path: string): boolean => path === '.assayignore' || /(?:^|\/)\.gitignore$/.test(path);

interface Layer {
  readonly base: string;
  readonly rules: Ignore;
}

/**
 * The .gitignore files from the root down, in git's order (a deeper file overrides), and the root's .assayignore, which
 * nothing overrides.
 */
export interface Scope {
  readonly layers: readonly Layer[];
  readonly assay: Ignore | null;
}

export const wholeTree: Scope = { layers: [], assay: null };

/** Adds one directory's ignore files. `directory` is relative to the root, '' for the root itself. */
export const narrowed = (scope: Scope, directory: string, gitignore: string | null, assayignore: string | null): Scope => ({
  layers: gitignore === null ? scope.layers : [...scope.layers, { base: directory, rules: ignore().add(gitignore) }],
  assay: assayignore === null ? scope.assay : ignore().add(assayignore),
});

/** Why a path is out of scope, or null when it is in. `path` is relative to the root, without a trailing slash. */
export function exclusion(scope: Scope, path: string, isDirectory: boolean): 'skipped' | '.gitignore' | '.assayignore' | null {
  if (isDirectory && skippedDirectories.has(path.slice(path.lastIndexOf('/') + 1))) return 'skipped';
  const slash = isDirectory ? '/' : '';
  if (scope.assay?.ignores(path + slash)) return '.assayignore';
  let isIgnored = false;
  for (const { base, rules } of scope.layers) {
    const verdict = rules.test((base === '' ? path : path.slice(base.length + 1)) + slash);
    if (verdict.ignored) isIgnored = true;
    else if (verdict.unignored) isIgnored = false;
  }
  return isIgnored ? '.gitignore' : null;
}
