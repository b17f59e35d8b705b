/** What runs on a developer's machine before a commit: pre-commit, husky, lefthook, lint-staged. */
import type { Citation, RepositoryFile, RepositoryFiles } from '../check.ts';
import { excerpt, isText } from '../cite.ts';
import { own } from '../observe.ts';
import { json, memberAt, stringOf } from '../parse/json.ts';
import { entry, items, scalar, yamlDocument } from '../parse/yaml.ts';
import { runsAny } from './commands.ts';

export const hookGlobs = [
  '.pre-commit-config.{yml,yaml}',
  '.husky/*',
  '.githooks/*',
  '{lefthook,.lefthook}.{yml,yaml}',
  '.lintstagedrc{,.json}',
] as const;

/** The first hook that runs one of the commands; `ids` are those of pre-commit's hooks that do the same. */
export function hookThatRuns(input: RepositoryFiles, commands: readonly RegExp[], ids: RegExp): Citation | null {
  for (const file of own(input, hookGlobs)) {
    const found = file.path.startsWith('.pre-commit') ? preCommit(file, ids) : lineThatRuns(file, commands);
    if (found !== null) return found;
  }
  return lintStaged(input, commands);
}

function preCommit(file: RepositoryFile, ids: RegExp): Citation | null {
  const parsed = yamlDocument(file);
  if (!parsed.ok || !isText(file)) return null;
  const document = parsed.value;
  const hooks = items(document, entry(document, document.contents, 'repos')?.value).flatMap((repo) =>
    items(document, entry(document, repo, 'hooks')?.value).flatMap(
      (hook) => scalar(entry(document, hook, 'id')?.value ?? null) ?? [],
    ),
  );
  const found = hooks.find(({ text }) => ids.test(text));
  return found ? excerpt(file, found.start, found.end) : null;
}

/** A script line, a `run:` of lefthook, or a quoted command of a JSON list. */
function lineThatRuns(file: RepositoryFile, commands: readonly RegExp[]): Citation | null {
  if (!isText(file)) return null;
  for (const line of file.content.text.matchAll(/^.*\S.*$/gm)) {
    const candidates = [
      line[0].replace(/^\s*run:\s*/, ''),
      ...[...line[0].matchAll(/"([^"]+)"/g)].map(([, quoted = '']) => quoted),
    ];
    if (candidates.some((command) => runsAny(command, commands))) return excerpt(file, line.index, line.index + line[0].length);
  }
  return null;
}

/** `lint-staged` in package.json: an object of globs to a command or a list of commands. */
function lintStaged(input: RepositoryFiles, commands: readonly RegExp[]): Citation | null {
  for (const file of own(input, ['**/package.json'])) {
    const parsed = json(file);
    const found = parsed.ok ? memberAt(parsed.value, 'lint-staged') : null;
    if (!isText(file) || found?.value.kind !== 'object') continue;
    for (const { value, start, end } of found.value.members.values()) {
      const written = value.kind === 'array' ? value.items.map(stringOf) : [stringOf(value)];
      if (written.some((command) => command !== null && runsAny(command, commands))) return excerpt(file, start, end);
    }
  }
  return null;
}
