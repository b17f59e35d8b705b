/** Where package.json and its lockfile disagree: what `npm ci` would refuse. */
import { satisfies, validRange } from 'semver';
import { json, memberAt, membersOf, stringOf } from '../parse/json.ts';
import type { TextFile } from '../parse/memo.ts';
import { npmSections } from './manifests.ts';
import type { LockedPackage, NpmLock } from './npm-lock.ts';

/** A dependency the two files disagree on, and where it stands. */
interface Drift {
  readonly name: string;
  readonly inLock: boolean;
  readonly start: number;
  readonly end: number;
}

/** `directory` is the manifest's, seen from the lockfile: '' at the root of the workspace. */
export function npmDrift(file: TextFile, lock: NpmLock, directory: string): readonly Drift[] {
  const parsed = json(file);
  if (!parsed.ok) return [];
  const manifest = parsed.value;
  const recorded = lock.workspaces.get(directory);
  const overridden = memberAt(manifest, 'overrides') !== null;
  const drift = new Map<string, Drift>();
  for (const section of npmSections) {
    for (const member of membersOf(memberAt(manifest, section)?.value)) {
      const asked = stringOf(member.value);
      if (asked === null) continue;
      // npm records an optional dependency as optional only, even where the manifest lists it twice.
      const optional = memberAt(manifest, 'optionalDependencies', member.key) !== null;
      const from = optional ? 'optionalDependencies' : section;
      const inRecord = recorded === undefined || stringOf(memberAt(recorded, from, member.key)?.value) === asked;
      if (inRecord && (optional || installed(lock, directory, member.key, asked, overridden))) continue;
      if (optional && section !== 'optionalDependencies') continue;
      drift.set(member.key, { name: member.key, inLock: false, start: member.start, end: member.end });
    }
    for (const member of recorded === undefined ? [] : membersOf(memberAt(recorded, section)?.value)) {
      if (npmSections.some((one) => memberAt(manifest, one, member.key) !== null)) continue;
      drift.set(member.key, { name: member.key, inLock: true, start: member.start, end: member.end });
    }
  }
  return [...drift.values()];
}

/** The package is locked where Node would look for it, at a version that the range allows. */
function installed(lock: NpmLock, directory: string, name: string, asked: string, overridden: boolean): boolean {
  const found = lookUp(lock, directory, name);
  if (found === null) return false;
  const range = asked.startsWith('npm:') ? asked.slice(asked.lastIndexOf('@') + 1) : asked;
  // Tags, URLs, paths and workspaces are not ranges; an override may replace any version.
  if (overridden || found.local || found.version === null || validRange(range) === null) return true;
  return satisfies(found.version, range, { includePrerelease: true });
}

function lookUp(lock: NpmLock, directory: string, name: string): LockedPackage | null {
  const parts = directory === '' ? [] : directory.split('/');
  for (let length = parts.length; length >= 0; length -= 1) {
    const found = lock.packages.get([...parts.slice(0, length), 'node_modules', name].join('/'));
    if (found) return found;
  }
  return null;
}
