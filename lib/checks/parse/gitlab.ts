/** The parts of a GitLab pipeline that a check reads: jobs with their commands, variables and ID tokens. */
import { isMap } from 'yaml';
import { perFile, UnexpectedShapeError } from './memo.ts';
import type { Setting } from './workflow.ts';
import { entries, entry, items, resolved, scalar, type YamlText, yamlDocument } from './yaml.ts';

export const gitlabGlobs = ['.gitlab-ci.yml', '.gitlab-ci.yaml'] as const;

interface GitlabJob {
  readonly id: string;
  readonly script: readonly YamlText[];
  readonly variables: readonly Setting[];
  readonly idTokens: { readonly start: number; readonly end: number } | null;
}

interface GitlabPipeline {
  readonly jobs: readonly GitlabJob[];
  /** Container images of the pipeline, its defaults and its jobs; variables are left as written. */
  readonly images: readonly YamlText[];
  readonly variables: readonly Setting[];
  /** Jobs may come from elsewhere: their absence here proves nothing. */
  readonly includes: { readonly start: number; readonly end: number } | null;
}

/** Top-level keys that are not jobs (docs.gitlab.com, "CI/CD YAML syntax reference", global keywords). */
const reserved = new Set(['default', 'include', 'stages', 'variables', 'workflow', 'image', 'services', 'cache', 'spec']);
const commandKeys = ['before_script', 'script', 'after_script'] as const;

export const gitlabPipeline = perFile('a GitLab pipeline', (file): GitlabPipeline => {
  const parsed = yamlDocument(file);
  if (!parsed.ok) throw new UnexpectedShapeError('invalid YAML');
  const document = parsed.value;
  const root = resolved(document, document.contents);
  if (!isMap(root)) throw new UnexpectedShapeError('the top level is not a mapping');
  const variablesOf = (node: unknown): readonly Setting[] =>
    entries(document, entry(document, node, 'variables')?.value).flatMap(({ key, keyEnd, value, start, end }) => {
      const text = scalar(value);
      return text === null ? [] : [{ key, value: text.text, start, keyEnd, valueStart: Math.max(text.start, keyEnd), end }];
    });
  const imageOf = (node: unknown): YamlText | null => {
    const image = entry(document, node, 'image')?.value ?? null;
    return scalar(isMap(image) ? (entry(document, image, 'name')?.value ?? null) : image);
  };
  const holders = [root, ...entries(document, root).map(({ value }) => value)];
  return {
    images: holders.flatMap((holder) => imageOf(holder) ?? []),
    includes: entry(document, root, 'include'),
    variables: variablesOf(root),
    jobs: entries(document, root)
      .filter(({ key, value }) => isMap(value) && !reserved.has(key))
      .map(({ key, value }) => ({
        id: key,
        script: commandKeys
          .flatMap((name) => items(document, entry(document, value, name)?.value))
          .flatMap((line) => scalar(line) ?? []),
        variables: variablesOf(value),
        idTokens: entry(document, value, 'id_tokens'),
      })),
  };
});
