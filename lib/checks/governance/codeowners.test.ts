import { describe, expect, test } from 'vitest';
import { judge } from '../testing.ts';
import { codeownersCoverage as check } from './codeowners.ts';

const tree = { '.github/workflows/ci.yml': 'on: push\n', 'infra/main.tf': '', 'src/a.ts': '' };
const results = async (owners: string, files: Record<string, string> = tree) =>
  (await judge(check, { ...files, '.github/CODEOWNERS': owners })).results;
const both = (pipelines: string, infrastructure: string) => ({
  '.github/CODEOWNERS#pipelines': pipelines,
  '.github/CODEOWNERS#infrastructure': infrastructure,
});

describe('governance-codeowners', () => {
  test.each([
    ['* @acme/all\n', both('pass', 'pass')],
    ['/.github/ @acme/platform\n/infra/ @acme/platform\n', both('pass', 'pass')],
    ['*.tf ops@acme.example # infrastructure\n.github/workflows/* @a\n', both('pass', 'pass')],
    ['src/ @acme/dev\n', both('fail', 'fail')],
    ['* @acme/all\n/infra/\n', both('pass', 'fail')],
    ['.github/* @acme/all\n', both('fail', 'fail')],
    ['* nobody\n', both('fail', 'fail')],
    ['**/workflows/** @a\ninfra/**/*.tf @a\n', both('pass', 'pass')],
    ['.github/work?lows @a\n*.t* @a\n', both('pass', 'pass')],
    ['[Platform] @acme/platform\n.github/\ninfra/\n', both('pass', 'pass')],
  ])('%j', async (owners, expected) => {
    expect(await results(owners)).toEqual(expected);
  });

  test('a pattern of many stars costs no more than its length', async () => {
    const path = `infra/${'a'.repeat(200)}.tf`;
    const found = await judge(check, { [path]: '', CODEOWNERS: `${'*a'.repeat(60)}*b @a\n` });
    expect(found.results).toEqual({ 'CODEOWNERS#infrastructure': 'fail' });
  });

  test('the last matching line decides and is cited', async () => {
    const judged = await judge(check, { ...tree, CODEOWNERS: '* @acme/all\n/.github/ @acme/platform\n' });
    expect(judged.quotes('CODEOWNERS#pipelines')).toBe('/.github/ @acme/platform');
  });

  test('no file is a fault only where there is something to own', async () => {
    expect((await judge(check, tree)).results).toEqual({ repository: 'fail' });
    expect((await judge(check, { 'src/a.ts': '' })).results).toEqual({ repository: 'not-applicable' });
    expect((await judge(check, tree, { complete: false })).results).toEqual({ repository: 'unknown' });
  });
});
