import ignore, { type Ignore } from 'ignore';

/** Never descended into: version control's own store, and dependencies (their lockfile is assessed instead). */
export const skippedDirectories: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);

interface Layer {
  readonly base: string;
  readonly rules: Ignore;
}

/**
 * What is in scope below one directory: the .gitignore files from the root down, in git's order (a deeper file
 * overrides), and the root's .assayignore, which nothing overrides.
 */
export interface Scope {
  readonly layers: readonly Layer[];
  readonly assay: Ignore | null;
}

export const wholeTree: Scope = { layers: [], assay: null };

export const narrowed = (scope: Scope, directory: string, gitignore: string | null, assayignore: string | null): Scope => ({
  layers: gitignore === null ? scope.layers : [...scope.layers, { base: directory, rules: ignore().add(gitignore) }],
  assay: assayignore === null ? scope.assay : ignore().add(assayignore),
});

/** Why a path is out of scope, or null when it is in. `path` is relative to the root, without a trailing slash. */
export function exclusion(scope: Scope, path: string, isDirectory: boolean): 'skipped' | '.gitignore' | '.assayignore' | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (isDirectory && skippedDirectories.has(name)) return 'skipped';
  const slash = isDirectory ? '/' : '';
  if (scope.assay?.ignores(path + slash)) return '.assayignore';
  let ignored = false;
  for (const { base, rules } of scope.layers) {
    const relative = base === '' ? path : path.slice(base.length + 1);
    const verdict = rules.test(relative + slash);
    if (verdict.ignored) ignored = true;
    else if (verdict.unignored) ignored = false;
  }
  return ignored ? '.gitignore' : null;
}
