/** Package ecosystems: where dependencies are declared, what locks them, and what an update bot calls them. */
import type { RepositoryFile, RepositoryFiles } from '../check.ts';
import { own } from '../observe.ts';
import { json, memberAt, membersOf } from '../parse/json.ts';
import type { Parsed, TextFile } from '../parse/memo.ts';
import { isTable, type TomlTable, toml, tomlAt } from '../parse/toml.ts';

/** Where the dependencies stand in the manifest, to be cited. */
export interface Declared {
  readonly start: number;
  readonly end: number;
}

interface Ecosystem {
  readonly name: string;
  readonly manifest: string;
  readonly locks: readonly string[];
  /** Dependabot's `package-ecosystem` values that cover it. */
  readonly updaters: readonly string[];
  /** Null where the manifest declares no third-party dependency. */
  readonly declared: (file: TextFile) => Parsed<Declared | null>;
}

export const npmSections = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

const npm = (file: TextFile): Parsed<Declared | null> => {
  const parsed = json(file);
  if (!parsed.ok) return parsed;
  const sections = npmSections.map((section) => memberAt(parsed.value, section));
  return { ok: true, value: sections.find((section) => membersOf(section?.value).length > 0) ?? null };
};

const composer = (file: TextFile): Parsed<Declared | null> => {
  const parsed = json(file);
  if (!parsed.ok) return parsed;
  const sections = ['require', 'require-dev'].map((section) => memberAt(parsed.value, section));
  // `php` and `ext-*` are the platform, not packages.
  return { ok: true, value: sections.find((section) => membersOf(section?.value).some(({ key }) => key.includes('/'))) ?? null };
};

const pyproject = fromToml((table) => {
  const project = tomlAt(table, 'project', 'dependencies');
  if (Array.isArray(project) && project.length > 0) return 'dependencies';
  const poetry = tomlAt(table, 'tool', 'poetry', 'dependencies');
  if (isTable(poetry) && Object.keys(poetry).some((name) => name !== 'python')) return '[tool.poetry.dependencies]';
  return null;
});

const cargo = fromToml((table) => sectionOf(table, ['dependencies', 'dev-dependencies', 'build-dependencies']));
const pipfile = fromToml((table) => sectionOf(table, ['packages', 'dev-packages']));

function sectionOf(table: TomlTable, names: readonly string[]): string | null {
  const found = names.find((name) => {
    const section = table[name];
    return isTable(section) && Object.keys(section).length > 0;
  });
  return found === undefined ? null : `[${found}`;
}

/** TOML values have no offsets: the line that holds the key is cited. */
function fromToml(keyOf: (table: TomlTable) => string | null): Ecosystem['declared'] {
  return (file) => {
    const parsed = toml(file);
    if (!parsed.ok) return parsed;
    const key = keyOf(parsed.value);
    return { ok: true, value: key === null ? null : lineStartingWith(file, key) };
  };
}

function lineStartingWith(file: TextFile, key: string): Declared {
  const { text } = file.content;
  const at = text.split('\n').findIndex((line) => line.trimStart().startsWith(key));
  const start = text.split('\n').slice(0, Math.max(at, 0)).join('\n').length + (at > 0 ? 1 : 0);
  const next = text.indexOf('\n', start);
  return { start, end: next === -1 ? text.length : next };
}

/** Formats that are line by line: the first line that declares a dependency. */
const lines =
  (pattern: RegExp): Ecosystem['declared'] =>
  (file) => {
    const found = pattern.exec(file.content.text);
    return { ok: true, value: found ? { start: found.index, end: found.index + found[0].length } : null };
  };

export const ecosystems: readonly Ecosystem[] = [
  {
    name: 'npm',
    manifest: '**/package.json',
    locks: ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'],
    updaters: ['npm', 'bun'],
    declared: npm,
  },
  {
    name: 'Python',
    manifest: '**/pyproject.toml',
    locks: ['poetry.lock', 'uv.lock', 'pdm.lock', 'pylock.toml', 'requirements.txt'],
    updaters: ['pip', 'uv'],
    declared: pyproject,
  },
  { name: 'Pipenv', manifest: '**/Pipfile', locks: ['Pipfile.lock'], updaters: ['pip'], declared: pipfile },
  { name: 'Cargo', manifest: '**/Cargo.toml', locks: ['Cargo.lock'], updaters: ['cargo'], declared: cargo },
  { name: 'Go', manifest: '**/go.mod', locks: ['go.sum'], updaters: ['gomod'], declared: lines(/^require\b.*$/m) },
  {
    name: 'Bundler',
    manifest: '**/Gemfile',
    locks: ['Gemfile.lock'],
    updaters: ['bundler'],
    declared: lines(/^[ \t]*gem[ \t(].*$/m),
  },
  { name: 'Composer', manifest: '**/composer.json', locks: ['composer.lock'], updaters: ['composer'], declared: composer },
];

export interface Manifest {
  readonly ecosystem: Ecosystem;
  readonly file: RepositoryFile;
}

export const manifests = (input: RepositoryFiles): readonly Manifest[] =>
  ecosystems.flatMap((ecosystem) => own(input, [ecosystem.manifest]).map((file) => ({ ecosystem, file })));

export const manifestGlobs: readonly string[] = ecosystems.map(({ manifest }) => manifest);
