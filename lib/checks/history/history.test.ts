import * as fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import type { Citation, Commit, GitHistory, HistoryCheck, Observation } from '../check.ts';
import { historyChecks } from './index.ts';
import { mergedByOthers } from './merged-by-others.ts';
import { releaseTagsPresent } from './release-tags.ts';
import { reviewedChanges } from './reviewed-changes.ts';
import { signedCommits } from './signed-commits.ts';
import { signedTags } from './signed-tags.ts';

const place = { toolCallId: '00000000-0000-4000-8000-000000000001', blobSha256: '1'.repeat(64), start: 0, end: 10 };
const ann = 'ann@acme.example';
const bob = 'bob@acme.example';

/** `[sha, parents, overrides]`, newest first. */
type Short = readonly [string, string, Partial<Commit>?];
const history = (commits: readonly Short[], tags: Readonly<Record<string, boolean>> = {}, complete = true): GitHistory => ({
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
      return -1;
  }
}

/** Every verdict is cited, every count is right, and every number of the reason stands in a statement. */
function unsound(input: GitHistory, { result, reason, citations }: Observation): readonly string[] {
  if (result !== 'pass' && result !== 'fail') return [];
  const statements = citations.map((citation) => (citation.kind === 'population' ? citation.statement : '')).join(' ');
  return [
    ...(citations.length === 0 ? ['no citation'] : []),
    ...citations
      .filter((citation) => citation.kind !== 'population' || recount(input, citation) !== citation.count)
      .map(() => 'a wrong count'),
    ...(reason.match(/\d+/g) ?? []).filter((number) => !statements.includes(number)),
  ];
}

async function result(check: HistoryCheck, input: GitHistory): Promise<string> {
  const observations = await check.evaluate(input);
  expect(observations).toHaveLength(1);
  for (const one of observations) expect(unsound(input, one)).toEqual([]);
  return observations[0]?.result ?? '';
}

describe('history-signed-commits', () => {
  test.each([
    ['G', 'G', 'pass'],
    ['G', 'U', 'pass'],
    ['G', 'N', 'fail'],
    ['B', 'E', 'fail'],
    ['G', 'R', 'fail'],
    ['E', 'G', 'unknown'],
    ['E', 'E', 'unknown'],
  ])('%s and %s: %s', async (newer, older, expected) => {
    expect(
      await result(
        signedCommits,
        history([
          ['b', 'a', { signature: newer }],
          ['a', '', { signature: older }],
        ]),
      ),
    ).toBe(expected);
  });
});

describe('history-reviewed-changes', () => {
  const host = { committerEmail: 'noreply@github.com' };
  test.each<[string, readonly Short[], string]>([
    [
      'merges only',
      [
        ['m', 'a b'],
        ['b', 'a'],
        ['a', ''],
      ],
      'pass',
    ],
    [
      'squash merges with a number',
      [
        ['b', 'a', { subject: 'Add cart (#12)' }],
        ['a', ''],
      ],
      'pass',
    ],
    [
      'commits made by the host',
      [
        ['b', 'a', host],
        ['a', ''],
      ],
      'pass',
    ],
    [
      'a plain commit on the branch',
      [
        ['c', 'm'],
        ['m', 'a b'],
        ['b', 'a'],
        ['a', ''],
      ],
      'unknown',
    ],
    [
      'a number elsewhere in the subject',
      [
        ['b', 'a', { subject: 'Fix (#12) again' }],
        ['a', ''],
      ],
      'unknown',
    ],
    ['the first commit alone', [['a', '']], 'unknown'],
  ])('%s', async (_, commits, expected) => {
    expect(await result(reviewedChanges, history(commits))).toBe(expected);
  });
});

describe('history-merged-by-others', () => {
  test.each<[string, readonly Short[], string]>([
    [
      'merged by somebody else',
      [
        ['m', 'a b', { authorEmail: bob }],
        ['b', 'a'],
        ['a', ''],
      ],
      'pass',
    ],
    [
      'merged by one of two authors',
      [
        ['m', 'a c'],
        ['c', 'b', { authorEmail: bob }],
        ['b', 'a'],
        ['a', ''],
      ],
      'pass',
    ],
    [
      'merged by its author',
      [
        ['m', 'a b'],
        ['b', 'a'],
        ['a', '', { authorEmail: bob }],
      ],
      'unknown',
    ],
    [
      'no merges, two authors',
      [
        ['b', 'a', { authorEmail: bob }],
        ['a', ''],
      ],
      'unknown',
    ],
    [
      'one author alone',
      [
        ['m', 'a b'],
        ['b', 'a'],
        ['a', '', { authorEmail: 'ANN@acme.example' }],
      ],
      'fail',
    ],
    [
      'one author and a bot',
      [
        ['c', 'b', { authorEmail: '49699333+dependabot[bot]@users.noreply.github.com' }],
        ['b', 'a'],
        ['a', ''],
      ],
      'fail',
    ],
    [
      'one author on a host',
      [
        ['b', 'a', { subject: 'Add cart (#12)' }],
        ['a', ''],
      ],
      'unknown',
    ],
    ['a single commit', [['a', '']], 'unknown'],
  ])('%s', async (_, commits, expected) => {
    expect(await result(mergedByOthers, history(commits))).toBe(expected);
  });
});

describe('tags', () => {
  const commits: readonly Short[] = [
    ['b', 'a'],
    ['a', ''],
  ];
  test.each<[Readonly<Record<string, boolean>>, string, string]>([
    [{ 'v1.2.0': true }, 'pass', 'pass'],
    [{ '1.2': false, 'v2.0.0': true }, 'pass', 'fail'],
    [{ '@acme/client@1.0.0': true, 'release-2.1': true, 'api/v3': true }, 'pass', 'pass'],
    [{ latest: false, 'before-refactoring': false }, 'unknown', 'not-applicable'],
    [{}, 'unknown', 'not-applicable'],
  ])('%j', async (tags, present, signed) => {
    expect(await result(releaseTagsPresent, history(commits, tags))).toBe(present);
    expect(await result(signedTags, history(commits, tags))).toBe(signed);
  });

  test('commits that announce a release want a tag', async () => {
    expect(
      await result(
        releaseTagsPresent,
        history([
          ['b', 'a', { subject: 'chore(release): 1.4.0' }],
          ['a', ''],
        ]),
      ),
    ).toBe('fail');
    expect(
      await result(
        releaseTagsPresent,
        history([
          ['b', 'a', { subject: 'v1.4.0' }],
          ['a', ''],
        ]),
      ),
    ).toBe('fail');
    expect(
      await result(
        releaseTagsPresent,
        history([
          ['b', 'a', { subject: 'Upgrade pg to 8.16.0' }],
          ['a', ''],
        ]),
      ),
    ).toBe('unknown');
  });
});

const checks = historyChecks.filter((check): check is HistoryCheck => check.capability === 'git-history');

test('an empty repository has nothing to judge, and half a history passes nothing that needs the other half', async () => {
  for (const check of checks) {
    expect(await result(check, history([]))).toBe('not-applicable');
    const half = history(
      [
        ['m', 'a b', { authorEmail: bob }],
        ['b', 'a'],
        ['a', ''],
      ],
      {},
      false,
    );
    expect(await result(check, half), check.id).toBe('unknown');
  }
});

test('any history is judged soundly', async () => {
  const sha = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const commit = fc.tuple(
    sha,
    fc.array(sha, { maxLength: 3 }),
    fc.record({
      authorEmail: fc.constantFrom(ann, bob),
      signature: fc.constantFrom(...'GUNBEXYR'),
      subject: fc.constantFrom('x', 'y (#1)', 'v1.0.0'),
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(commit, { selector: ([id]) => id, maxLength: 6 }),
      fc.boolean(),
      async (commits, complete) => {
        const acyclic = commits.map(
          ([id, parents, more], index): Short => [
            id,
            parents.filter((parent) => commits.findIndex(([other]) => other === parent) > index).join(' '),
            more,
          ],
        );
        for (const check of checks) await result(check, history(listed, { 'v1.0.0': true, x: false }, complete));
      },
    ),
    { numRuns: 100 },
  );
});
