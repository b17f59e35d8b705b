/** package-lock.json and npm-shrinkwrap.json of all lockfile versions (docs.npmjs.com, "package-lock.json"). */
import type { RepositoryFile } from '../check.ts';
import { type JsonMember, type JsonNode, json, memberAt, membersOf, stringOf } from '../parse/json.ts';
import type { Parsed } from '../parse/memo.ts';

export const npmLockNames = ['package-lock.json', 'npm-shrinkwrap.json'] as const;

export interface LockedPackage {
  /** Where it is installed: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly version: string | null;
  readonly resolved: string | null;
  readonly integrity: string | null;
  /** Part of the repository, or of another package's archive: nothing is fetched for it. */
  readonly local: boolean;
  readonly member: JsonMember;
}

export interface NpmLock {
  /** `lockfileVersion` as it stands in the file. */
  readonly versionMember: JsonMember | null;
  readonly packages: ReadonlyMap<string, LockedPackage>;
  /** The repository's own packages, by directory: what their manifests said when the lock was written. Empty in version 1. */
  readonly workspaces: ReadonlyMap<string, JsonNode>;
}

export function npmLock(file: RepositoryFile): Parsed<NpmLock> {
  const parsed = json(file);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  const modern = memberAt(root, 'packages');
  const packages = new Map<string, LockedPackage>();
  const workspaces = new Map<string, JsonNode>();
  for (const member of membersOf(modern?.value)) {
    if (member.key === '' || !member.key.includes('node_modules/')) workspaces.set(member.key, member.value);
    else packages.set(member.key, lockedPackage(member.key, member));
  }
  if (modern === null) collectNested(memberAt(root, 'dependencies')?.value, '', packages);
  return { ok: true, value: { versionMember: memberAt(root, 'lockfileVersion'), packages, workspaces } };
}

/** Version 1 nests `dependencies`. */
function collectNested(node: JsonNode | undefined, prefix: string, into: Map<string, LockedPackage>): void {
  for (const member of membersOf(node)) {
    const path = `${prefix}node_modules/${member.key}`;
    into.set(path, lockedPackage(path, member));
    collectNested(memberAt(member.value, 'dependencies')?.value, `${path}/`, into);
  }
}

function lockedPackage(path: string, member: JsonMember): LockedPackage {
  const text = (key: string): string | null => stringOf(memberAt(member.value, key)?.value);
  const flag = (key: string): boolean => {
    const value = memberAt(member.value, key)?.value;
    return value?.kind === 'boolean' && value.value;
  };
  const version = text('version');
  const local = flag('link') || flag('inBundle') || flag('bundled') || (version?.startsWith('file:') ?? false);
  return { path, version, resolved: text('resolved'), integrity: text('integrity'), local, member };
}
