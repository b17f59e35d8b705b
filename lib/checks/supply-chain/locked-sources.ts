/** Where a lockfile fetches each package from, and whether it fixes the content by a hash. */
import type { RepositoryFile } from '../check.ts';
import type { Parsed, TextFile } from '../parse/memo.ts';
import { npmLock, npmLockNames } from './npm-lock.ts';

export interface LockedSource {
  readonly name: string;
  /** Null where the lockfile leaves the address to the package manager's configuration. */
  readonly url: string | null;
  readonly hashed: boolean;
  /** What to quote for the address, and for the package. */
  readonly address: Span;
  readonly entry: Span;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

interface LockedFile {
  readonly sources: readonly LockedSource[];
  /** What to quote of a lockfile with nothing to object to. */
  readonly sample: Span | null;
}

/** Lockfiles whose entries can be read here. */
export const readableLockGlobs = ['**/{package-lock,npm-shrinkwrap}.json', '**/yarn.lock', '**/pnpm-lock.yaml'] as const;

export function lockedFile(file: TextFile): Parsed<LockedFile> {
  const name = file.path.split('/').at(-1) ?? '';
  if (npmLockNames.some((lock) => lock === name)) return npmSources(file);
  const { text } = file.content;
  const sources = name === 'yarn.lock' ? yarnSources(text) : pnpmSources(text);
  return { ok: true, value: { sources, sample: sources[0]?.entry ?? null } };
}

function npmSources(file: RepositoryFile): Parsed<LockedFile> {
  const parsed = npmLock(file);
  if (!parsed.ok) return parsed;
  const fetched = [...parsed.value.packages.values()].filter(({ local }) => !local);
  const sources = fetched.map(({ path, resolved, version, integrity, member }): LockedSource => {
    const at = member.value.kind === 'object' ? member.value.members.get('resolved') : undefined;
    // Version 1 puts the address of a git dependency into `version`.
    const url = resolved ?? (version?.includes('://') ? version : null);
    const entry = { start: member.start, end: member.end };
    return {
      name: path.slice(path.lastIndexOf('node_modules/') + 13),
      url,
      hashed: integrity !== null,
      address: at ?? entry,
      entry,
    };
  });
  return { ok: true, value: { sources, sample: parsed.value.versionMember } };
}

/**
 * yarn.lock: blocks of a header at column 0 and indented fields. Version 1 has `resolved` and `integrity`; the later
 * format has `resolution: "name@npm:1.0.0"` and `checksum`, and takes addresses from its configuration.
 */
function yarnSources(text: string): readonly LockedSource[] {
  const blocks = [...text.matchAll(/^(?![#\s_]).+:[ \t]*\r?\n(?:[ \t]+.*(?:\r?\n|$))+/gm)];
  return blocks.flatMap((block): readonly LockedSource[] => {
    const [body] = block;
    const name = /^"?(@?[^@"]+)@/.exec(body)?.[1] ?? '';
    const resolved = /^ {2}resolved "?([^"\s]+)"?/m.exec(body);
    const resolution = /^ {2}resolution: "?([^"\n]+)"?/m.exec(body)?.[1] ?? '';
    if (resolved === null && !resolution.includes('@npm:')) return [];
    const hashed = /^ {2}(?:integrity |checksum: )\S/m.test(body) || /#[0-9a-f]{40}$/.test(resolved?.[1] ?? '');
    const entry = { start: block.index, end: block.index + body.trimEnd().length };
    const start = block.index + (resolved?.index ?? 0) + 2;
    const address = resolved ? { start, end: start + resolved[0].length - 2 } : entry;
    return [{ name, url: resolved?.[1] ?? null, hashed, address, entry }];
  });
}

/** pnpm-lock.yaml: written by machine, each `resolution` on one line below its package's key. */
function pnpmSources(text: string): readonly LockedSource[] {
  const found = [...text.matchAll(/^ {2}(\S.*):\r?\n(?: {4}\w+:.*\r?\n)*? {4}resolution: \{([^\n]*)\}/gm)];
  return found.flatMap(([whole, key = '', resolution = ''], index): readonly LockedSource[] => {
    if (/\b(?:directory|type: directory)\b/.test(resolution)) return [];
    const start = found[index]?.index ?? 0;
    const entry = { start, end: start + whole.length };
    const name = key.replace(/^['"/]+|['"]+$/g, '').replace(/(?<=.)@.*$/, '');
    const url = /\btarball: ([^,}\s]+)/.exec(resolution)?.[1] ?? null;
    const hashed = /\bintegrity: \S/.test(resolution) || /\bcommit: [0-9a-f]{40}/.test(resolution);
    return [{ name, url, hashed, address: entry, entry }];
  });
}
