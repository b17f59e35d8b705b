import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../testing.ts';
import { actionsPinned as check } from './actions-pinned.ts';

const path = '.github/workflows/a.yml';
const using = (...references: readonly string[]): string =>
  `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n${references.map((one) => `      - uses: ${one}\n`).join('')}      - run: ls\n`;
const sha = 'b4ffde65f46336ab88eb53be808477a3936bae11';

describe('actions-pinned', () => {
  test.each([`actions/checkout@${sha}`, `a/b/c@${sha} # v4`, './.github/actions/x', `docker://alpine@sha256:${'0a'.repeat(32)}`])(
    'passes %s',
    async (reference) => {
      expect((await judge(check, { [path]: using(reference) })).results).toEqual({ [path]: 'pass' });
    },
  );

  test.each(['actions/checkout@v4', 'a/b@main', 'a/b@b4ffde6', 'docker://alpine:3.20', 'a/b'])(
    'fails %s and quotes it',
    async (reference) => {
      const judged = await judge(check, { [path]: using(`actions/checkout@${sha}`, reference) });
      expect(judged.results).toEqual({ [path]: 'fail' });
      expect(judged.quotes(path)).toBe(`uses: ${reference}`);
    },
  );

  test('passes any 40 hexadecimal digits and no shorter or longer run of them', async () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 36, maxLength: 44 });
    await fc.assert(
      fc.asyncProperty(digits, async (ref) => {
        const { results } = await judge(check, { [path]: using(`a/b@${ref}`) });
        expect(results[path]).toBe(ref.length === 40 ? 'pass' : 'fail');
      }),
      { numRuns: 40 },
    );
  });

  test('looks at called workflows and composite actions', async () => {
    const called = 'on: push\njobs:\n  a:\n    uses: acme/ci/.github/workflows/x.yml@v1\n';
    const action = 'runs:\n  using: composite\n  steps:\n    - uses: actions/cache@v4\n';
    expect((await judge(check, { [path]: called })).results).toEqual({ [path]: 'fail' });
    expect((await judge(check, { 'tools/setup/action.yml': action })).results).toEqual({ 'tools/setup/action.yml': 'fail' });
  });

  test('names at most three references', async () => {
    const judged = await judge(check, { [path]: using('a/a@v1', 'b/b@v1', 'c/c@v1', 'd/d@v1') });
    expect(judged.reason(path)).toBe('a/a@v1, b/b@v1, c/c@v1 and others are referenced by a tag or branch, which can be moved');
  });

  test('is not applicable where nothing is used, and unknown where nothing was read', async () => {
    expect((await judge(check, { [path]: using() })).results).toEqual({ [path]: 'not-applicable' });
    expect((await judge(check, {}, { notRead: { [path]: 'budget' } })).results).toEqual({ [path]: 'unknown' });
  });
});
