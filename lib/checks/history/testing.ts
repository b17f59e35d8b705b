/** For tests of history checks: histories made of literals, and the rules every observation must keep. */
import picomatch from 'picomatch';
import type { Citation, Commit, GitHistory, HistoryCheck, Observation } from '../check.ts';
import { statementProblems } from '../testing.ts';

const place = { toolCallId: '00000000-0000-4000-8000-000000000001', blobSha256: '1'.repeat(64), start: 0, end: 10 };
export const ann = 'ann@acme.example';
export const bob = 'bob@acme.example';

/** `[sha, parents, overrides]`, newest first. */
export type Short = readonly [string, string, Partial<Commit>?];
export const history = (
  commits: readonly Short[],
  tags: Readonly<Record<string, boolean>> = {},
  complete = true,
): GitHistory => ({
  capability: 'git-history',
  commits: commits.map(([sha, parents, more]) => ({
    sha,
    parents: parents.split(' ').filter(Boolean),
    authorEmail: ann,
    committerEmail: ann,
    authoredAt: '2026-11-01T00:00:00Z',
    signature: 'G',
    subject: 'change',
    ...place,
    ...more,
  })),
  tags: Object.entries(tags).map(([name, signed]) => ({ name, signed, ...place })),
  listing: {
    toolCallIds: [place.toolCallId],
    blobSha256s: [place.blobSha256],
    complete,
    note: complete ? null : 'the second page failed',
  },
  asOf: '2026-11-23T12:00:00Z',
});

/** What the verifier would count. */
function recount({ commits, tags }: GitHistory, citation: Citation): number {
  if (citation.kind === 'excerpt') return -1;
  const { predicate } = citation;
  switch (predicate.name) {
    case 'any':
      return commits.length;
    case 'commit-signature-in':
      return commits.filter(({ signature }) => predicate.args.letters.includes(signature)).length;
    case 'commit-parents-at-least':
      return commits.filter(({ parents }) => parents.length >= predicate.args.parents).length;
    case 'tag-matches':
      return tags.filter(({ name }) => picomatch([...predicate.args.globs], { dot: true, nocase: true })(name)).length;
    case 'path-matches':
    case 'records-where':
      return -1;
  }
}

/** Every verdict is cited, every count is right, and every number of the reason stands in a statement. */
function unsound(input: GitHistory, { result, reason, citations }: Observation): readonly string[] {
  if (result === 'unknown') return [];
  const sizes = { files: 0, commits: input.commits.length, tags: input.tags.length, records: 0 };
  const statements = citations.map((citation) => (citation.kind === 'population' ? citation.statement : '')).join(' ');
  return [
    ...(citations.length === 0 ? ['no citation'] : []),
    ...citations
      .filter((citation) => citation.kind !== 'population' || recount(input, citation) !== citation.count)
      .map(() => 'a wrong count'),
    ...citations.flatMap((citation) => statementProblems(citation, sizes)),
    ...(reason.match(/\d+/g) ?? []).filter((number) => !statements.includes(number)),
  ];
}

/** The only observation, which must be sound. */
export async function observed(check: HistoryCheck, input: GitHistory): Promise<Observation> {
  const [one, ...others] = await check.evaluate(input);
  if (one === undefined || others.length > 0) throw new Error(`${check.id}: not one observation`);
  const problems = unsound(input, one);
  if (problems.length > 0) throw new Error(`${check.id}: ${problems.join('; ')}`);
  return one;
}

export const result = async (check: HistoryCheck, input: GitHistory): Promise<string> => (await observed(check, input)).result;
