import type { Citation, Observation, RepositoryCheck, RepositoryFile, RepositoryFiles } from '../check.ts';
import { excerpt, isText } from '../cite.ts';
import {
  countPaths,
  fail,
  fileAt,
  incomplete,
  literalGlob,
  MAX_CITATIONS,
  noSubject,
  notApplicable,
  pass,
  unknown,
} from '../observe.ts';
import type { TextFile } from '../parse/memo.ts';
import { type Declared, type Manifest, manifestGlobs, manifests } from './manifests.ts';
import { npmDrift } from './npm-drift.ts';
import { npmLock, npmLockNames } from './npm-lock.ts';
import { requirementFiles, requirementsGlob } from './requirements.ts';

export const lockfileInSync: RepositoryCheck = {
  id: 'lockfile-in-sync',
  title: 'A lockfile fixes the dependencies and agrees with the manifest',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'Without a lockfile nobody can say which versions were built; one that disagrees with the manifest is ignored or breaks the build. ' +
    'CSF ID.AM-02 asks for inventories of software; SSDF PW.4.1 for well-secured components that are known. For npm the lockfile is compared ' +
    'with the manifest, package by package; for other package managers its presence is judged.',
  remediation: {
    steps: [
      "Run the package manager's install and commit the lockfile it writes.",
      'Install in CI from the lockfile only (npm ci, pip --require-hashes, cargo --locked).',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['ID.AM-02'], 'nist-ssdf-1.1': ['PW.4.1'] },
  evaluate: (input) => {
    const observations = [...manifests(input).map((manifest) => judge(input, manifest)), ...requirementFiles(input)];
    if (observations.length > 0) return observations;
    return [
      noSubject(input, 'repository', [...manifestGlobs, requirementsGlob], 'No manifest of a known package manager is listed'),
    ];
  },
};

function judge(input: RepositoryFiles, { ecosystem, file }: Manifest): Observation {
  if (!isText(file)) return unknown(file.path, 'The manifest was not read');
  const declared = ecosystem.declared(file);
  if (!declared.ok) return unknown(file.path, declared.reason);
  if (declared.value === null) return notApplicable(file.path, 'It declares no dependency');
  const candidates = lockCandidates(file.path, ecosystem.locks);
  const locks = candidates.flatMap((path) => fileAt(input, path) ?? []);
  const covering = ecosystem.name === 'npm' ? locks.filter((lock) => coversNpm(lock, file.path)) : locks;
  const [lock] = covering;
  const cited = excerpt(file, declared.value.start, declared.value.end);
  if (lock === undefined) {
    if (!input.listing.complete) return incomplete(input, file.path);
    return fail(file.path, 'It declares dependencies, and no lockfile covers it', [
      cited,
      countPaths(input, [...new Set(locks.length > 0 ? ownLocks(file.path, ecosystem.locks) : candidates)].map(literalGlob)),
    ]);
  }
  if (npmLockNames.some((name) => lock.path.endsWith(name))) return judgeNpm(input, file, declared.value, lock);
  return pass(file.path, 'A lockfile lies beside it', [cited, countPaths(input, [literalGlob(lock.path)])]);
}

/** The directory of the manifest first, then its parents: a workspace has one lockfile at its root. */
function lockCandidates(path: string, names: readonly string[]): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return Array.from({ length: parts.length + 1 }, (_, up) => parts.slice(0, parts.length - up)).flatMap((directory) =>
    names.map((name) => [...directory, name].join('/')),
  );
}

const ownLocks = (path: string, names: readonly string[]): readonly string[] =>
  lockCandidates(path, names).slice(0, names.length);

/** An npm lockfile of a parent directory covers a manifest only if it lists it as a workspace. */
function coversNpm(lock: RepositoryFile, manifest: string): boolean {
  if (!npmLockNames.some((name) => lock.path.endsWith(name))) return true;
  const relative = relativeDirectory(lock.path, manifest);
  const parsed = npmLock(lock);
  return relative === '' || !parsed.ok || parsed.value.workspaces.has(relative);
}

/** The manifest's directory as seen from the lockfile's. */
function relativeDirectory(lock: string, manifest: string): string {
  const base = lock.split('/').slice(0, -1);
  return manifest.split('/').slice(base.length, -1).join('/');
}

function judgeNpm(input: RepositoryFiles, file: TextFile, declared: Declared, lock: RepositoryFile): Observation {
  const parsed = npmLock(lock);
  if (!parsed.ok || !isText(lock))
    return unknown(file.path, parsed.ok ? 'The lockfile was not read' : `The lockfile: ${parsed.reason}`);
  const drift = npmDrift(file, parsed.value, relativeDirectory(lock.path, file.path));
  const lockCitation: Citation = parsed.value.versionMember
    ? excerpt(lock, parsed.value.versionMember.start, parsed.value.versionMember.end)
    : countPaths(input, [literalGlob(lock.path)]);
  if (drift.length === 0) {
    return pass(file.path, 'The lockfile agrees with it', [excerpt(file, declared.start, declared.end), lockCitation]);
  }
  const names = drift
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ');
  const cited = drift.slice(0, MAX_CITATIONS - 1).map(({ start, end, inLock }) => excerpt(inLock ? lock : file, start, end));
  return fail(file.path, `The lockfile does not agree with it on ${names}${drift.length > 3 ? ' and others' : ''}`, [
    ...cited,
    lockCitation,
  ]);
}
