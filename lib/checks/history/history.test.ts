import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HistoryCheck } from '../check.ts';
import { historyChecks } from './index.ts';
import { mergedByOthers } from './merged-by-others.ts';
import { releaseTagsPresent } from './release-tags.ts';
import { reviewedChanges } from './reviewed-changes.ts';
import { signedCommits } from './signed-commits.ts';
import { signedTags } from './signed-tags.ts';
import { ann, bob, history, observed, result, type Short } from './testing.ts';

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

/** Seven merges by somebody else, and one squash merge on top of them. */
const sevenMergesAndOneSquash: readonly Short[] = [
  ['s', 'm7', { subject: 'Add cart (#12)' }],
  ...[7, 6, 5, 4, 3, 2, 1].flatMap((at): Short[] => [
    [`m${at}`, `m${at - 1} b${at}`, { authorEmail: bob }],
    [`b${at}`, `m${at - 1}`],
  ]),
  ['m0', ''],
];

describe('what a history of merges and squash merges keeps', () => {
  test.each([
    [reviewedChanges, /^7 of 16 commits looked at are merges; every other change/],
    [mergedByOthers, /^7 of 16 commits looked at are merges; each that brought/],
  ])('its evidence', async (check, statement) => {
    const { result: outcome, citations } = await observed(check, history(sevenMergesAndOneSquash));
    expect(outcome).toBe('pass');
    expect(citations).toMatchObject([{ count: 7, statement: expect.stringMatching(statement) }]);
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

  test('names the tags that carry no signature, whatever else is signed', async () => {
    const tags = { 'v1.0.0': true, 'v1.1.0': false, '@acme/client@2.0.0': false, latest: false };
    const { result: outcome, citations } = await observed(signedTags, history(commits, tags));
    expect(outcome).toBe('fail');
    const statement = '2 of 4 tags name a version and carry no signature: v1.1.0, \\@acme/client\\@2.0.0';
    expect(citations).toMatchObject([{ count: 2, statement }]);
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
      fc.boolean(),
      async (commits, complete, signedToo) => {
        const listed = commits.map(([id, parents, more]): Short => [id, parents.join(' '), more]);
        for (const check of checks)
          expect(await result(check, history(listed, { 'v1.0.0': true, 'v1.1.0': signedToo, x: false }, complete))).not.toBe('');
      },
    ),
    { numRuns: 100 },
  );
});
