/** Where a repository says which version of a runtime it uses. */

import type { Observation, RepositoryFiles } from '../check.ts';
import { expressions } from '../ci/expressions.ts';
import { isText } from '../cite.ts';
import { own, unknown } from '../observe.ts';
import { dockerfile, dockerfileGlobs, imageParts } from '../parse/dockerfile.ts';
import { gitlabGlobs, gitlabPipeline } from '../parse/gitlab.ts';
import { json, memberAt, stringOf } from '../parse/json.ts';
import type { TextFile } from '../parse/memo.ts';
import { type Job, type Setting, workflow } from '../parse/workflow.ts';
import type { Runtime } from './lifecycles.ts';

/** One statement of versions; several are alternatives that are all run (a matrix). */
export interface Declaration {
  readonly file: TextFile;
  readonly runtime: Runtime;
  readonly versions: readonly string[];
  /** A range of versions, to be met by any version inside. */
  readonly range: boolean;
  readonly start: number;
  readonly end: number;
}

interface Declarations {
  readonly found: readonly Declaration[];
  /** Files that may declare something but could not be read. */
  readonly unread: readonly Observation[];
}

const imageRuntimes: Readonly<Record<string, Runtime>> = {
  node: 'node',
  nodejs: 'node',
  python: 'python',
  golang: 'go',
  ruby: 'ruby',
  openjdk: 'java',
  'eclipse-temurin': 'java',
  amazoncorretto: 'java',
  'ibm-semeru-runtimes': 'java',
  'azul-zulu': 'java',
};

const versionFiles: Readonly<Record<string, Runtime>> = {
  '.nvmrc': 'node',
  '.node-version': 'node',
  '.python-version': 'python',
  '.ruby-version': 'ruby',
  '.java-version': 'java',
  '.go-version': 'go',
};

const toolNames: Readonly<Record<string, Runtime>> = {
  nodejs: 'node',
  node: 'node',
  python: 'python',
  golang: 'go',
  go: 'go',
  java: 'java',
  ruby: 'ruby',
};

/** Set-up actions: the runtime, and the input that holds its version. */
const setupActions: Readonly<Record<string, readonly [Runtime, string]>> = {
  'actions/setup-node': ['node', 'node-version'],
  'actions/setup-python': ['python', 'python-version'],
  'actions/setup-go': ['go', 'go-version'],
  'actions/setup-java': ['java', 'java-version'],
  'ruby/setup-ruby': ['ruby', 'ruby-version'],
};

export const runtimeGlobs: readonly string[] = [
  ...dockerfileGlobs,
  '**/{.nvmrc,.node-version,.python-version,.ruby-version,.java-version,.go-version,.tool-versions,runtime.txt}',
  '**/package.json',
  '.github/workflows/*.{yml,yaml}',
  ...gitlabGlobs,
];

export function runtimeDeclarations(input: RepositoryFiles): Declarations {
  const files = own(input, runtimeGlobs);
  const read = files.map((file) => ({ file, declared: isText(file) ? declaredIn(file) : null }));
  return {
    found: read.flatMap(({ declared }) => declared ?? []),
    unread: read.filter(({ declared }) => declared === null).map(({ file }) => unknown(file.path, 'The file could not be read')),
  };
}

/** Null where the file could not be parsed. */
function declaredIn(file: TextFile): readonly Declaration[] | null {
  const name = file.path.split('/').at(-1) ?? '';
  if (name === 'package.json') return inManifest(file);
  if (file.path.startsWith('.github/workflows/')) return inWorkflow(file);
  if (name.startsWith('.gitlab-ci')) return inGitlab(file);
  if (name === '.tool-versions') return toolVersions(file);
  if (name === 'runtime.txt' || Object.hasOwn(versionFiles, name)) return versionFile(file, versionFiles[name] ?? 'python');
  return inDockerfile(file);
}

const one = (file: TextFile, runtime: Runtime, version: string, place: { start: number; end: number }): Declaration => ({
  file,
  runtime,
  versions: [version],
  range: false,
  start: place.start,
  end: place.end,
});

function inDockerfile(file: TextFile): readonly Declaration[] | null {
  const parsed = dockerfile(file);
  if (!parsed.ok) return null;
  return parsed.value.bases.flatMap((base) =>
    base.kind === 'external' ? imageDeclaration(file, base.repository, base.tag, base) : [],
  );
}

/** The version is in the tag (`node:16-alpine`) or in the name (`nodejs18-debian12`). */
function imageDeclaration(
  file: TextFile,
  repository: string,
  tag: string | null,
  place: { start: number; end: number },
): readonly Declaration[] {
  const last = repository.split('/').at(-1) ?? '';
  const runtime = Object.hasOwn(imageRuntimes, last) ? imageRuntimes[last] : undefined;
  if (runtime !== undefined) return [one(file, runtime, tag ?? 'latest', place)];
  const named = /^(nodejs|python|java|ruby)-?(\d[\d.]*)(?:-|$)/.exec(last);
  const known = named ? toolNames[named[1] ?? ''] : undefined;
  return known !== undefined ? [one(file, known, named?.[2] ?? '', place)] : [];
}

function versionFile(file: TextFile, runtime: Runtime): readonly Declaration[] {
  const found = /^[ \t]*([^\s#]\S*)/m.exec(file.content.text);
  const [written = '', version = ''] = found ?? [];
  if (!found || (file.path.endsWith('runtime.txt') && !version.startsWith('python-'))) return [];
  return [
    one(file, runtime, version, { start: found.index + written.length - version.length, end: found.index + written.length }),
  ];
}

function toolVersions(file: TextFile): readonly Declaration[] {
  return [...file.content.text.matchAll(/^(\w+)[ \t]+(\S+)/gm)].flatMap((line) => {
    const [written, tool = '', version = ''] = line;
    const runtime = Object.hasOwn(toolNames, tool) ? toolNames[tool] : undefined;
    return runtime === undefined ? [] : [one(file, runtime, version, { start: line.index, end: line.index + written.length })];
  });
}

function inManifest(file: TextFile): readonly Declaration[] | null {
  const parsed = json(file);
  if (!parsed.ok) return null;
  const engines = memberAt(parsed.value, 'engines', 'node');
  const volta = memberAt(parsed.value, 'volta', 'node');
  return [engines, volta].flatMap((member) => {
    const version = stringOf(member?.value);
    return member === null || version === null ? [] : [{ ...one(file, 'node', version, member), range: member === engines }];
  });
}

function inWorkflow(file: TextFile): readonly Declaration[] | null {
  const parsed = workflow(file);
  if (!parsed.ok) return null;
  return parsed.value.jobs.flatMap((job) =>
    job.steps.flatMap((step) => {
      const action = (step.uses?.value.split('@')[0] ?? '').toLowerCase();
      const [runtime, versionInput] = (Object.hasOwn(setupActions, action) ? setupActions[action] : undefined) ?? [];
      const setting = step.with.find(({ key }) => key === versionInput);
      return runtime === undefined || setting === undefined ? [] : setupDeclaration(file, runtime, setting, job);
    }),
  );
}

/** A version, a list of versions on lines of its own, or `${{ matrix.x }}`. */
function setupDeclaration(file: TextFile, runtime: Runtime, setting: Setting, job: Job): readonly Declaration[] {
  const [expression] = expressions(setting.value);
  const axis = /^matrix\.([\w-]+)$/.exec(expression?.body ?? '')?.[1];
  const versions = expression
    ? (job.matrix.get(axis ?? '') ?? [])
    : setting.value.split(/\s*\n\s*/).filter((version) => version !== '');
  const range = versions.some((version) => /^[~^<>=]/.test(version));
  return versions.length === 0 ? [] : [{ file, runtime, versions, range, start: setting.start, end: setting.end }];
}

function inGitlab(file: TextFile): readonly Declaration[] | null {
  const parsed = gitlabPipeline(file);
  if (!parsed.ok) return null;
  return parsed.value.images.flatMap((image) => {
    const { repository, tag } = imageParts(image.text);
    return imageDeclaration(file, repository, tag, image);
  });
}
