/** For tests of checks: populations made of literals, and the rules every observation must keep. */
import { foreignFigure, type PopulationSizes } from '../report/statement.ts';
import type { CheckOutcome, Citation, NotRead, Observation, RepositoryCheck, RepositoryFile, RepositoryFiles } from './check.ts';
import { MAX_EXCERPT_BYTES } from './cite.ts';
import { pathTest } from './observe.ts';

interface RepositoryOptions {
  /** Default 2026-11-23T12:00:00Z. */
  readonly asOf?: string;
  /** Default true. */
  readonly complete?: boolean;
  /** Paths that are listed but have no text. */
  readonly notRead?: Readonly<Record<string, NotRead>>;
}

/** A population of `{ path: text }`, with made-up but distinct ids. */
export function repository(texts: Readonly<Record<string, string>>, options: RepositoryOptions = {}): RepositoryFiles {
  const { asOf = '2026-11-23T12:00:00Z', complete = true, notRead = {} } = options;
  const read = Object.entries(texts).map(([path, text], index): RepositoryFile => {
    const content = { kind: 'text', text, toolCallId: toolCallId(index + 1), blobSha256: blobSha256(index + 1) } as const;
    return { path, sizeBytes: Buffer.byteLength(text), content };
  });
  const unread = Object.entries(notRead).map(
    ([path, reason]): RepositoryFile => ({ path, sizeBytes: null, content: { kind: 'not-read', reason, detail: reason } }),
  );
  const files = [...read, ...unread].sort((a, b) => (a.path < b.path ? -1 : 1));
  const note = complete ? null : 'the listing stopped after 10,000 entries';
  const listing = { toolCallIds: [toolCallId(0)], blobSha256s: [blobSha256(0)], complete, note };
  return { capability: 'repository-files', files, listing, asOf };
}

const toolCallId = (index: number): string => `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
const blobSha256 = (index: number): string => index.toString(16).padStart(64, '0');

/** Every rule an observation breaks, as sentences; empty when all hold. */
export function unsound(input: RepositoryFiles, observations: readonly Observation[]): readonly string[] {
  const resources = observations.map(({ resource }) => resource);
  const repeated = resources.filter((resource, index) => resources.indexOf(resource) !== index);
  const blobs = new Map(input.files.flatMap(({ content }) => (content.kind === 'text' ? [[content.blobSha256, content]] : [])));
  const problems = observations.flatMap((observation) => [
    ...verdictProblems(observation),
    ...observation.citations.flatMap((citation) => citationProblems(input, citation, blobs)),
  ]);
  return [
    ...repeated.map((resource) => `${resource}: more than one observation`),
    ...problems,
    ...(observations.length === 0 ? ['no observation at all'] : []),
  ];
}

type Blobs = ReadonlyMap<string, { readonly text: string; readonly toolCallId: string }>;

function verdictProblems({ resource, result, reason, citations }: Observation): readonly string[] {
  if (result === 'not-applicable' && resource === 'repository' && citations.length === 0)
    return ['repository: not applicable without a citation of the absence'];
  if (result !== 'pass' && result !== 'fail') return [];
  if (citations.length === 0) return [`${resource}: ${result} without a citation`];
  const cited = citations.map((citation) => (citation.kind === 'excerpt' ? citation.quote : citation.statement)).join('\n');
  return specifics(reason)
    .filter((word) => !cited.includes(word))
    .map((word) => `${resource}: "${word}" stands in the reason but in no citation`);
}

/** Words of a sentence that state something particular: those with a digit, a slash, an at sign or an inner dot. */
function specifics(sentence: string): readonly string[] {
  const words = sentence.split(/[\s,;:()"]+/).map((word) => word.replace(/[.]+$/, ''));
  return words.filter((word) => /\d|[/@]|\w\.\w/.test(word));
}

function citationProblems(input: RepositoryFiles, citation: Citation, blobs: Blobs): readonly string[] {
  if (citation.kind === 'population') return populationProblems(input, citation);
  const blob = blobs.get(citation.blobSha256);
  if (blob === undefined || blob.toolCallId !== citation.toolCallId) return ['a citation of an unknown blob'];
  const bytes = Buffer.from(blob.text).subarray(citation.start, citation.end);
  const problems: string[] = [];
  if (!bytes.equals(Buffer.from(citation.quote)))
    problems.push(`the bytes ${citation.start}-${citation.end} are not "${citation.quote}"`);
  if (citation.quote.trim() === '') problems.push(`an empty quote at ${citation.start}`);
  if (bytes.length > MAX_EXCERPT_BYTES) problems.push(`a quote of ${bytes.length} bytes`);
  return problems;
}

function populationProblems(input: RepositoryFiles, citation: Extract<Citation, { kind: 'population' }>): readonly string[] {
  const { predicate, count } = citation;
  if (predicate.name !== 'any' && predicate.name !== 'path-matches')
    return [`the predicate ${predicate.name} is not about files`];
  const test = predicate.name === 'any' ? () => true : pathTest(predicate.args.globs);
  const actual = input.files.filter((file) => test(file.path)).length;
  if (!input.listing.complete && count === 0) return ['absence stated of an incomplete listing'];
  const problems = statementProblems(citation, { files: input.files.length, commits: 0, tags: 0, records: 0 });
  return actual === count ? problems : [`a count of ${count} where ${actual} match`, ...problems];
}

/** A statement that says more than its predicate computes: the report withholds it. */
export function statementProblems(citation: Citation, sizes: PopulationSizes): readonly string[] {
  if (citation.kind !== 'population') return [];
  const foreign = foreignFigure(citation, sizes);
  return foreign === null ? [] : [`"${foreign}" of the statement "${citation.statement}" is nothing that the predicate computes`];
}

export interface Judged {
  /** Result by resource. */
  readonly results: Readonly<Record<string, CheckOutcome>>;
  readonly observations: readonly Observation[];
  /** Everything quoted for the resource, joined by line breaks. */
  readonly quotes: (resource: string) => string;
  readonly reason: (resource: string) => string;
}

/** Evaluates one check. @throws Error listing the rules that its observations break. */
export async function judge(
  check: RepositoryCheck,
  texts: Readonly<Record<string, string>>,
  options?: RepositoryOptions,
): Promise<Judged> {
  const input = repository(texts, options);
  const observations = await check.evaluate(input);
  const problems = unsound(input, observations);
  if (problems.length > 0) throw new Error(`${check.id}: ${problems.join('; ')}`);
  const at = (resource: string): Observation | undefined => observations.find((one) => one.resource === resource);
  const quote = (citation: Citation): string => (citation.kind === 'excerpt' ? citation.quote : citation.statement);
  return {
    results: Object.fromEntries(observations.map(({ resource, result }) => [resource, result])),
    observations,
    quotes: (resource) => (at(resource)?.citations ?? []).map(quote).join('\n'),
    reason: (resource) => at(resource)?.reason ?? '',
  };
}
