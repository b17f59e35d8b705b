/** How a check over declared resources is put together: rules by resource type, one observation per resource. */
import type { Citation, Observation, RepositoryFiles } from '../check.ts';
import { excerpt } from '../cite.ts';
import { fail, incomplete, pass, unknown } from '../observe.ts';
import { type Infrastructure, infrastructure, type Unread } from './infrastructure.ts';
import type { Place } from './node.ts';
import { type Resource, resourceId } from './resource.ts';
import { nothingDeclared } from './undeclared.ts';

/** `says` completes the sentence that begins with type and name; what it names stands in the places to cite. */
export interface Judgement {
  readonly result: 'pass' | 'fail' | 'unknown';
  readonly says: string;
  readonly cite: readonly Place[];
}

export interface Rule {
  readonly types: readonly string[];
  /** Null where the resource is no subject of the rule. */
  readonly judge: (resource: Resource, declared: Infrastructure) => Judgement | null;
}

export const evaluate =
  (rules: readonly Rule[]) =>
  (input: RepositoryFiles): readonly Observation[] => {
    const observations = judgeDeclared(rules, input);
    if (observations.length > 0)
      return input.listing.complete ? observations : [...observations, incomplete(input, 'repository')];
    return [nothingDeclared(input)];
  };

/** One observation for each resource that is a subject of the rules, and for each file that may hold one but cannot be read. */
export function judgeDeclared(rules: readonly Rule[], input: RepositoryFiles): readonly Observation[] {
  const declared = infrastructure(input);
  const byResource = new Map<string, [Resource, ...Judgement[]]>();
  for (const rule of rules) {
    for (const resource of rule.types.flatMap((type) => declared.byType.get(type) ?? [])) {
      const judgement = rule.judge(resource, declared);
      if (judgement === null) continue;
      const id = resourceId(resource);
      const earlier = byResource.get(id);
      if (earlier) earlier.push(judgement);
      else byResource.set(id, [resource, judgement]);
    }
  }
  const types = rules.flatMap((rule) => rule.types);
  return [
    ...[...byResource].map(([id, [resource, ...judgements]]) => observation(id, resource, judgements)),
    ...declared.unread.filter((file) => concerns(file, types)).map(({ path, reason }) => unknown(path, reason)),
  ];
}

/** A file that cannot be parsed matters to a check when it names one of its types; without any text it may hold anything. */
const concerns = ({ text }: Unread, types: readonly string[]): boolean =>
  text === '' || types.some((type) => text.includes(type.replace(/^data\./, '')));

/** One fail fails the resource, else one unknown leaves it open. */
function observation(id: string, resource: Resource, judgements: readonly Judgement[]): Observation {
  const result = (['fail', 'unknown', 'pass'] as const).find((one) => judgements.some((it) => it.result === one)) ?? 'unknown';
  const deciding = judgements.filter((judgement) => judgement.result === result);
  const says = [...new Set(deciding.map((judgement) => judgement.says))].join(', and ');
  const reason = `${resource.type.replace(/^data\./, '')} "${resource.name}" ${says}`;
  if (result === 'unknown') return unknown(id, reason);
  const citations = cite(
    resource,
    deciding.flatMap((judgement) => judgement.cite),
  );
  return result === 'fail' ? fail(id, reason, citations) : pass(id, reason, citations);
}

/** An observation carries no more; making each costs a pass over the file. */
const MAX_CITATIONS = 10;

/** The header and the places; places that the header or an earlier place holds are left out. */
function cite(resource: Resource, places: readonly Place[]): readonly Citation[] {
  const kept: Place[] = [];
  for (const place of [...resource.header, ...places]) {
    if (kept.length === MAX_CITATIONS) break;
    if (!kept.some(({ start, end }) => start <= place.start && place.end <= end)) kept.push(place);
  }
  return kept.map(({ start, end }) => excerpt(resource.file, start, end));
}

/** Characters of one excerpt that stay below its limit of 2 KiB even where every character takes several bytes. */
const EXCERPT_CHARACTERS = 1000;
/** More is not shown: nobody reads it, and an observation carries ten citations at most. */
const MAX_EXCERPTS = 8;

/** The whole declaration in readable parts: what a missing argument is missing from. */
export function whole({ range }: Resource): readonly Place[] {
  const places: Place[] = [];
  for (let start = range.start; start < range.end && places.length < MAX_EXCERPTS; start += EXCERPT_CHARACTERS) {
    places.push({ start, end: Math.min(start + EXCERPT_CHARACTERS, range.end) });
  }
  return places;
}
