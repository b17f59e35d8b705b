/**
 * GitHub Actions workflows and composite actions, with source offsets.
 * Shapes after docs.github.com, "Workflow syntax for GitHub Actions" and "Metadata syntax".
 */
import { isMap, isScalar, type Node } from 'yaml';
import type { RepositoryFile, RepositoryFiles } from '../check.ts';
import { own } from '../observe.ts';
import { type Parsed, perFile, type TextFile, UnexpectedShapeError } from './memo.ts';
import { entries, entry, items, resolved, scalar, type YamlDocument, type YamlEntry, yamlDocument } from './yaml.ts';

export const workflowGlobs = ['.github/workflows/*.yml', '.github/workflows/*.yaml'] as const;
export const actionGlobs = ['**/action.yml', '**/action.yaml'] as const;

/** A scalar entry: `start` is the key's place, `valueStart` and `end` the value's. */
export interface Setting {
  readonly key: string;
  readonly value: string;
  readonly start: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly end: number;
}

export interface Step {
  readonly uses: Setting | null;
  readonly run: Setting | null;
  readonly if: Setting | null;
  readonly env: readonly Setting[];
  readonly with: readonly Setting[];
  readonly workingDirectory: string | null;
}

/** `all` is `read-all` or `write-all`. */
export interface Permissions {
  readonly all: string | null;
  readonly scopes: readonly Setting[];
  readonly start: number;
  readonly end: number;
}

export interface Job {
  readonly id: string;
  /** The job's key. */
  readonly start: number;
  readonly keyEnd: number;
  /** Labels as written, expressions included; `group` is a runner group. */
  readonly runsOn: {
    readonly labels: readonly string[];
    readonly group: boolean;
    readonly start: number;
    readonly end: number;
  } | null;
  readonly permissions: Permissions | null;
  /** A reusable workflow that the job calls. */
  readonly uses: Setting | null;
  readonly if: Setting | null;
  readonly env: readonly Setting[];
  readonly with: readonly Setting[];
  readonly secrets: readonly Setting[];
  readonly steps: readonly Step[];
  /** Scalar values of each matrix axis, `include` merged in. */
  readonly matrix: ReadonlyMap<string, readonly string[]>;
}

export interface Trigger {
  readonly event: string;
  /** Branch patterns; null where the event has no branch or tag filter. */
  readonly branches: readonly string[] | null;
  readonly start: number;
  readonly end: number;
}

export interface Workflow {
  readonly triggers: readonly Trigger[];
  readonly permissions: Permissions | null;
  readonly env: readonly Setting[];
  readonly jobs: readonly Job[];
}

export const workflow = perFile('a workflow', (file): Workflow => {
  const { document, root } = rootOf(file);
  const on = entry(document, root, 'on');
  if (on === null) throw new UnexpectedShapeError('no "on" key');
  return {
    triggers: triggersOf(document, on),
    permissions: permissionsOf(document, root),
    env: settings(document, root, 'env'),
    jobs: entries(document, entry(document, root, 'jobs')?.value).map((job) => jobOf(document, job)),
  };
});

/** The steps of a composite action; none for a JavaScript or container action. */
export const compositeSteps = perFile('an action', (file): readonly Step[] => {
  const { document, root } = rootOf(file);
  return items(document, entry(document, entry(document, root, 'runs')?.value, 'steps')?.value).map((node) =>
    stepOf(document, node),
  );
});

/** Every workflow file of the population, parsed or not. */
export function workflows(
  input: RepositoryFiles,
): readonly { readonly file: RepositoryFile; readonly parsed: Parsed<Workflow> }[] {
  return own(input, workflowGlobs).map((file) => ({ file, parsed: workflow(file) }));
}

function rootOf(file: TextFile): { document: YamlDocument; root: Node } {
  const parsed = yamlDocument(file);
  if (!parsed.ok) throw new UnexpectedShapeError('invalid YAML');
  const root = resolved(parsed.value, parsed.value.contents);
  if (!isMap(root)) throw new UnexpectedShapeError('the top level is not a mapping');
  return { document: parsed.value, root };
}

/** `on: push`, `on: [push, pull_request]` and `on: { pull_request: ... }` alike. */
function triggersOf(document: YamlDocument, on: YamlEntry): readonly Trigger[] {
  if (isMap(on.value)) {
    return entries(document, on.value).map(({ key, value, start, keyEnd }) => ({
      event: key,
      branches: branchesOf(document, value),
      start,
      end: keyEnd,
    }));
  }
  return items(document, on.value).flatMap((item) => {
    const text = scalar(item);
    if (text === null) return [];
    // A lone scalar is cited together with its key: `on: push`.
    return [{ event: text.text, branches: null, start: isScalar(on.value) ? on.start : text.start, end: text.end }];
  });
}

/** An event filtered by tags only runs on no branch: an empty list. */
function branchesOf(document: YamlDocument, event: Node | null): readonly string[] | null {
  const branches = entry(document, event, 'branches');
  if (branches !== null) return items(document, branches.value).flatMap((item) => scalar(item)?.text ?? []);
  return entry(document, event, 'tags') === null ? null : [];
}

function jobOf(document: YamlDocument, { key, value, start, keyEnd }: YamlEntry): Job {
  return {
    id: key,
    start,
    keyEnd,
    runsOn: runsOnOf(document, entry(document, value, 'runs-on')),
    permissions: permissionsOf(document, value),
    uses: setting(document, value, 'uses'),
    if: setting(document, value, 'if'),
    env: settings(document, value, 'env'),
    with: settings(document, value, 'with'),
    secrets: settings(document, value, 'secrets'),
    steps: items(document, entry(document, value, 'steps')?.value).map((node) => stepOf(document, node)),
    matrix: matrixOf(document, value),
  };
}

function stepOf(document: YamlDocument, node: Node): Step {
  return {
    uses: setting(document, node, 'uses'),
    run: setting(document, node, 'run'),
    if: setting(document, node, 'if'),
    env: settings(document, node, 'env'),
    with: settings(document, node, 'with'),
    workingDirectory: setting(document, node, 'working-directory')?.value ?? null,
  };
}

function runsOnOf(document: YamlDocument, found: YamlEntry | null): Job['runsOn'] {
  if (found === null) return null;
  const group = isMap(found.value) && entry(document, found.value, 'group') !== null;
  const source = isMap(found.value) ? entry(document, found.value, 'labels')?.value : found.value;
  const labels = items(document, source ?? null).flatMap((item) => scalar(item)?.text ?? []);
  return { labels, group, start: found.start, end: found.end };
}

function permissionsOf(document: YamlDocument, node: Node | null): Permissions | null {
  const found = entry(document, node, 'permissions');
  if (found === null) return null;
  const all = scalar(found.value)?.text ?? null;
  return { all, scopes: settings(document, node, 'permissions'), start: found.start, end: found.end };
}

function matrixOf(document: YamlDocument, job: Node | null): ReadonlyMap<string, readonly string[]> {
  const matrix = entry(document, entry(document, job, 'strategy')?.value, 'matrix')?.value ?? null;
  const axes = new Map<string, string[]>();
  const add = (axis: string, node: Node | null): void => {
    const texts = items(document, node).flatMap((item) => scalar(item)?.text ?? []);
    axes.set(axis, [...(axes.get(axis) ?? []), ...texts]);
  };
  for (const { key, value } of entries(document, matrix)) {
    if (key === 'exclude') continue;
    if (key !== 'include') add(key, value);
    else for (const row of items(document, value)) for (const cell of entries(document, row)) add(cell.key, cell.value);
  }
  return axes;
}

function setting(document: YamlDocument, node: Node | null, key: string): Setting | null {
  const found = entry(document, node, key);
  return found === null ? null : toSetting(found);
}

function settings(document: YamlDocument, node: Node | null, key: string): readonly Setting[] {
  return entries(document, entry(document, node, key)?.value).flatMap((found) => toSetting(found) ?? []);
}

function toSetting({ key, keyEnd, value, start, end }: YamlEntry): Setting | null {
  const text = scalar(value);
  if (text === null) return null;
  // Behind an alias or a merge key the value lies elsewhere; the entry as written is then the place to cite.
  const inPlace = text.start >= keyEnd && text.end <= end;
  return { key, value: text.text, start, keyEnd, valueStart: inPlace ? text.start : keyEnd, end };
}
