/** Follows a command to what it really runs: package scripts, make targets and script files of the repository. */
import type { Citation, RepositoryFiles } from '../check.ts';
import { excerpt, isText } from '../cite.ts';
import { fileAt } from '../observe.ts';
import { json, memberAt, stringOf } from '../parse/json.ts';
import type { TextFile } from '../parse/memo.ts';
import { simpleCommands } from './commands.ts';
import type { CiScript } from './pipelines.ts';

/** What a match rests on: the line CI runs and, behind `npm run x`, `make x` or `./x.sh`, the line that does it. */
interface Reached {
  readonly script: CiScript;
  readonly citations: readonly Citation[];
}

/** The first command that CI runs, directly or through the repository's own scripts, and that matches one of the patterns. */
export function reach(input: RepositoryFiles, scripts: readonly CiScript[], patterns: readonly RegExp[]): Reached | null {
  for (const script of scripts) {
    for (const command of simpleCommands(script.text)) {
      const via = follow(input, command, script.workingDirectory, patterns, 0);
      if (via !== null) return { script, citations: [script.cite(command), ...via] };
    }
  }
  return null;
}

/** Null where the command does not lead to a match; an empty list where the command itself matches. */
function follow(
  input: RepositoryFiles,
  command: string,
  directory: string | null,
  patterns: readonly RegExp[],
  depth: number,
): readonly Citation[] | null {
  const behind = depth < 4 ? scriptBehind(input, command, directory) : null;
  if (behind?.placeholder) return null;
  if (patterns.some((pattern) => pattern.test(command))) return [];
  for (const next of behind ? simpleCommands(behind.text) : []) {
    const via = follow(input, next, directory, patterns, depth + 1);
    if (via !== null && behind) return [behind.cite(next), ...via];
  }
  return null;
}

interface Behind {
  readonly text: string;
  readonly cite: (command: string) => Citation;
  /** `npm init` writes a test script that only fails. */
  readonly placeholder: boolean;
}

const runScript = /^(?:npm|pnpm|yarn|bun)\s+(?:(?:--?\S+|-w\s+\S+)\s+)*(?:run(?:-script)?\s+)?(?:-\S+\s+)*([\w:.-]+)/;
const makeTarget = /^(?:make|gmake)\s+(?:-\S+\s+)*([\w.-]+)/;
const scriptFile =
  /^(?:(?:bash|sh|zsh|node|python[\d.]*|ruby|\.|source)\s+(?:-\S+\s+)*)?(?:\.\/)?((?:[\w.-]+\/)*[\w.-]+\.(?:sh|bash|py|rb|js|mjs|cjs|ts)|(?:scripts?|bin|ci|\.ci|tools|hack)\/[\w./-]+)/;

function scriptBehind(input: RepositoryFiles, command: string, directory: string | null): Behind | null {
  const base = directory === null ? '' : `${directory.replace(/^\.\//, '').replace(/\/$/, '')}/`;
  const find = (path: string): TextFile | null => {
    const file = fileAt(input, `${base}${path}`) ?? fileAt(input, path);
    return file !== undefined && isText(file) ? file : null;
  };
  const named = runScript.exec(command)?.[1];
  if (named !== undefined) return packageScript(find('package.json'), named === 't' ? 'test' : named);
  const target = makeTarget.exec(command)?.[1];
  if (target !== undefined) return makeRecipe(find('Makefile') ?? find('makefile') ?? find('GNUmakefile'), target);
  const path = scriptFile.exec(command)?.[1];
  const file = path === undefined ? null : find(path);
  return file === null ? null : wholeText(file, 0, file.content.text.length);
}

/** A package script with the `pre` and `post` scripts that npm runs around it. */
function packageScript(file: TextFile | null, name: string): Behind | null {
  const parsed = file === null ? null : json(file);
  if (file === null || !parsed?.ok) return null;
  const members = [`pre${name}`, name, `post${name}`].flatMap((key) => memberAt(parsed.value, 'scripts', key) ?? []);
  if (!members.some(({ key }) => key === name)) return null;
  const text = members.map(({ value }) => stringOf(value) ?? '').join('\n');
  const cite = (command: string): Citation => {
    const holder = members.find(({ value }) => stringOf(value)?.includes(command)) ?? members[0];
    return excerpt(file, holder?.start ?? 0, holder?.end ?? file.content.text.length);
  };
  return { text, cite, placeholder: text.includes('no test specified') };
}

/** A target's recipe: the lines after `target:` that start with a tab. */
function makeRecipe(file: TextFile | null, target: string): Behind | null {
  if (file === null) return null;
  const { text } = file.content;
  const rule = [...text.matchAll(/^([\w.-]+(?:[ \t]+[\w.-]+)*)[ \t]*:(?!=).*\n/gm)].find((one) =>
    one[1]?.split(/\s+/).includes(target),
  );
  if (rule === undefined) return null;
  const from = rule.index + rule[0].length;
  const recipe = /^(?:(?:\t.*)?(?:\n|$))*/.exec(text.slice(from))?.[0] ?? '';
  return wholeText(file, from, from + recipe.length);
}

function wholeText(file: TextFile, from: number, to: number): Behind {
  const text = file.content.text.slice(from, to);
  const cite = (command: string): Citation => {
    const at = text.indexOf(command);
    return at === -1 ? excerpt(file, from, to) : excerpt(file, from + at, from + at + command.length);
  };
  return { text, cite, placeholder: false };
}
