/** Everything a repository declares, read once per population whichever check asks first. */
import type { RepositoryFile, RepositoryFiles } from '../check.ts';
import { isText } from '../cite.ts';
import { pathTest } from '../observe.ts';
import { notRead, type Parsed } from '../parse/memo.ts';
import { isProduction } from '../parse/production.ts';
import { cloudformation, looksLikeTemplate } from './cloudformation.ts';
import { compose, composeGlobs, kubernetes, looksLikeManifest } from './kubernetes.ts';
import { type Resource, templateGlobs, terraformGlobs } from './resource.ts';
import { terraform } from './terraform.ts';

/** A file that declares resources but cannot be read; `text` is empty where there is none. */
export interface Unread {
  readonly path: string;
  readonly reason: string;
  readonly text: string;
}

export interface Infrastructure {
  readonly resources: readonly Resource[];
  readonly byType: ReadonlyMap<string, readonly Resource[]>;
  readonly unread: readonly Unread[];
}

export const infrastructureGlobs = [...terraformGlobs, ...templateGlobs] as const;

const isTerraform = pathTest(terraformGlobs);
const isTemplate = pathTest(templateGlobs);
const isCompose = pathTest(composeGlobs);
const known = new WeakMap<RepositoryFiles, Infrastructure>();

export function infrastructure(input: RepositoryFiles): Infrastructure {
  const earlier = known.get(input);
  if (earlier !== undefined) return earlier;
  const resources: Resource[] = [];
  const unread: Unread[] = [];
  for (const file of input.files) {
    const parsed = isProduction(file.path) ? read(file) : null;
    if (parsed?.ok) resources.push(...parsed.value);
    else if (parsed) unread.push({ path: file.path, reason: parsed.reason, text: isText(file) ? file.content.text : '' });
  }
  const byType = Map.groupBy(resources, ({ type }) => type);
  const found = { resources, byType, unread };
  known.set(input, found);
  return found;
}

/** Null for files that declare nothing this reader knows. */
function read(file: RepositoryFile): Parsed<readonly Resource[]> | null {
  if (isTerraform(file.path)) return terraform(file);
  if (isCompose(file.path)) return isText(file) ? compose(file) : { ok: false, reason: notRead(file) };
  // Without its text nobody knows whether a YAML or JSON file declares anything: most do not.
  if (!isTemplate(file.path) || !isText(file)) return null;
  const { text } = file.content;
  if (looksLikeTemplate(text)) return cloudformation(file);
  return looksLikeManifest(text) ? kubernetes(file) : null;
}
