/** What a sentence may draw on: the bytes that it cites, and figures that it points at. */
import type { EvidenceItem } from '../contract/report.ts';
import type { Population } from '../domain/population.ts';
import { factsOf } from '../domain/records.ts';
import type { CheckedCall } from './check-evidence.ts';
import { predicateWords } from './predicate.ts';
import type { Token } from './tokens.ts';

/** `figures` may support anything; `names` only what is no plain number (a listing holds every small number somewhere). */
export interface Source {
  readonly figures: string;
  readonly names: string;
}

/**
 * Of an excerpt: the quoted bytes, and the tool and arguments of the call that returned them (the path stands there). Of a
 * population: its count, its size, the predicate, and the names of its members.
 */
export function evidenceSource(
  item: EvidenceItem,
  calls: ReadonlyMap<string, Pick<CheckedCall, 'tool' | 'args'>>,
  population: Population | null,
): Source {
  if (item.kind === 'excerpt') {
    const call = calls.get(item.toolCallId);
    return source([item.quote, call?.tool ?? '', ...Object.values(call?.args ?? {}).map(textOf)]);
  }
  const { files, commits, tags, records } = population ?? {};
  const sizes = [files, commits, tags, records].map((members) => members?.length ?? 0);
  const { figures } = source([...[item.count, ...sizes].map(String), ...predicateWords(item.predicate)]);
  return { figures, names: population === null ? '' : memberNames(population) };
}

/** Many pieces of evidence cite one listing: its names are joined once. */
const joined = new WeakMap<Population, string>();

function memberNames(population: Population): string {
  const known = joined.get(population);
  if (known !== undefined) return known;
  const names = folded(
    [
      ...(population.files ?? []),
      ...(population.commits ?? []).flatMap(({ sha, authorEmail, committerEmail }) => [sha, authorEmail, committerEmail]),
      ...(population.tags ?? []).map(({ name }) => name),
      ...(population.records ?? []).flatMap((record) => [
        record.id,
        record.resource,
        ...[...factsOf(record).values()].map(({ value }) => String(value)),
      ]),
    ].join('\n'),
  );
  joined.set(population, names);
  return names;
}

export const source = (figures: readonly string[]): Source => ({ figures: folded(figures.join('\n')), names: '' });

/** The token stands in one of the sources, whole: "4" does not stand in "42", nor "ci.yml" in "aci.yml". Case is ignored. */
export function supports(sources: readonly Source[], { kind, value, spelled }: Token): boolean {
  const wanted = folded(value);
  return sources.some(
    ({ figures, names }) =>
      standsIn(figures, wanted, kind) ||
      (kind !== 'number' && standsIn(names, wanted, kind)) ||
      (spelled !== undefined && standsIn(figures, folded(spelled), 'name')),
  );
}

function standsIn(text: string, wanted: string, kind: Token['kind']): boolean {
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    if (kind === 'quoted' || isWhole(text, at, at + wanted.length, kind)) return true;
  }
  return false;
}

function isWhole(text: string, from: number, to: number, kind: Token['kind']): boolean {
  const before = text.slice(Math.max(0, from - 2), from);
  const after = text.slice(to, to + 2);
  if (kind === 'number') return !/[\d]$|\d[.,]$/.test(before) && !/^\d|^[.,]\d/.test(after);
  return !/[\p{L}\d]$/u.test(before) && !/^[\p{L}\d]/u.test(after);
}

const folded = (text: string): string => text.replace(/\s+/g, ' ').toLowerCase();

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
