import type { Citation, Observation, RepositoryCheck, RepositoryFiles } from '../check.ts';
import { excerpt, isText } from '../cite.ts';
import { countPaths, fail, literalGlob, MAX_CITATIONS, noSubject, notApplicable, own, pass, unknown } from '../observe.ts';
import type { TextFile } from '../parse/memo.ts';
import { type LockedSource, lockedFile, readableLockGlobs } from './locked-sources.ts';

const configurationGlobs = ['**/.npmrc', '**/.yarnrc', '**/.yarnrc.yml'] as const;
/** Public registries of the npm ecosystem: the registry or npm host of its operators. */
const publicRegistry = /^(?:registry|npm)\.(?:npmjs|yarnpkg|pkg\.github|jsr)\.(?:org|com|io)$/;
/** Code hosts, whose archives and clones are fixed by the commit in the address. */
const codeHost = /^(?:[\w-]+\.)?(?:github|gitlab|bitbucket)\.(?:com|org)$/;

export const lockfileIntegrity: RepositoryCheck = {
  id: 'lockfile-integrity',
  title: 'Lockfiles fix contents by hash and fetch from known registries only',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'A hash in the lockfile makes a replaced package fail to install; an address outside the registries in use is how a lockfile is poisoned. ' +
    'CSF GV.SC-07 asks that supplier risks are known and responded to; SSDF PW.4.1 asks for well-secured components. A registry counts as known ' +
    'when it is a public one of the ecosystem or when a committed configuration file names it.',
  remediation: {
    steps: [
      'Where an entry has no hash: run the install command of the package manager to complete the lockfile, and commit it. One cause is an optional package for another platform that the registry did not offer when the lockfile was made.',
      'Where an entry comes from an unknown address: find out how it came into the lockfile (a pull request that changes only the lockfile deserves suspicion), then delete it and let the package manager write it again from the registry in use.',
      'Where the address is that of a private registry: name it in a committed .npmrc, without credentials.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['GV.SC-07'], 'nist-ssdf-1.1': ['PW.4.1'] },
  evaluate: (input) => {
    const locks = own(input, readableLockGlobs);
    if (locks.length === 0)
      return [noSubject(input, 'repository', readableLockGlobs, 'There is no lockfile of npm, Yarn or pnpm')];
    const known = configuredHosts(input);
    return locks.map((file) => (isText(file) ? judge(input, file, known) : unknown(file.path, 'The lockfile was not read')));
  },
};

function judge(input: RepositoryFiles, file: TextFile, known: ReadonlySet<string>): Observation {
  const parsed = lockedFile(file);
  if (!parsed.ok) return unknown(file.path, parsed.reason);
  const { sources, sample } = parsed.value;
  if (sources.length === 0) return notApplicable(file.path, 'It locks no package that is fetched');
  const strange = sources.filter((source) => isStrange(source, known));
  if (strange.length > 0) {
    return fail(
      file.path,
      `${names(strange)} from an address that is no known registry or is not encrypted`,
      strange.slice(0, MAX_CITATIONS).map(({ entry, address }) => cite(file, entry.start, address.end)),
    );
  }
  const open = sources.filter((source) => !source.hashed && !isCommit(source));
  if (open.length > 0)
    return fail(
      file.path,
      `${names(open)} without a hash of the content`,
      open.slice(0, MAX_CITATIONS).map(({ entry }) => cite(file, entry.start, entry.end)),
    );
  const cited = sample ? excerpt(file, sample.start, sample.end) : countPaths(input, [literalGlob(file.path)]);
  return pass(file.path, 'Every package that is fetched has a hash and comes from a known registry', [cited]);
}

/** The entry as far as its address; credentials in an address are not quoted. */
function cite(file: TextFile, start: number, end: number): Citation {
  const credentials = /:\/\/[^/\s"]*@/.exec(file.content.text.slice(start, end));
  return excerpt(file, start, credentials ? start + credentials.index + 3 : end);
}

function names(sources: readonly LockedSource[]): string {
  const shown = sources
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ');
  const verb = sources.length === 1 ? 'is fetched' : 'are fetched';
  return sources.length > 3 ? `${shown} and others ${verb}` : `${shown} ${verb}`;
}

function isStrange(source: LockedSource, known: ReadonlySet<string>): boolean {
  const { url } = source;
  if (url === null || url.startsWith('file:') || isCommit(source)) return false;
  const parsed = URL.parse(url.replace(/^git\+/, ''));
  if (parsed === null) return false;
  return parsed.protocol !== 'https:' || !(publicRegistry.test(parsed.host) || known.has(parsed.host));
}

/** A git dependency at a full commit: the commit is the hash. */
function isCommit({ url }: LockedSource): boolean {
  const parsed = url === null ? null : URL.parse(url.replace(/^git\+/, ''));
  return parsed !== null && parsed.protocol !== 'http:' && codeHost.test(parsed.hostname) && /[0-9a-f]{40}/.test(url ?? '');
}

/** Hosts that a committed configuration names as a registry. */
function configuredHosts(input: RepositoryFiles): ReadonlySet<string> {
  const text = own(input, configurationGlobs).map((file) => (isText(file) ? file.content.text : ''));
  const addresses = text.flatMap((one) => [
    ...one.matchAll(/^[ \t]*"?[\w@:./-]*registry(?:server)?"?\s*[=: ]\s*"?(https:\/\/[^\s"]+)/gim),
  ]);
  return new Set(addresses.map(([, address = '']) => URL.parse(address)?.host ?? ''));
}
