import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { staticAnalysis as check } from './static-analysis.ts';

const ci = '.github/workflows/ci.yml';
const step = (yaml: string): string => `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - ${yaml}\n`;

describe('static-analysis', () => {
  test.each<[string, Record<string, string>, CheckOutcome]>([
    ['an action', { [ci]: step('uses: github/codeql-action/analyze@v3') }, 'pass'],
    ['a command', { [ci]: step('run: npx eslint . --max-warnings 0') }, 'pass'],
    [
      'a package script',
      { [ci]: step('run: npm run verify'), 'package.json': '{"scripts":{"verify":"tsc && biome check ."}}' },
      'pass',
    ],
    ['a pre-commit hook', { '.pre-commit-config.yaml': 'repos:\n  - repo: https://x\n    hooks:\n      - id: ruff\n' }, 'pass'],
    ['a husky hook', { '.husky/pre-commit': 'npm run lint\n' }, 'pass'],
    ['lint-staged', { 'package.json': '{"lint-staged":{"*.ts":["prettier --write","eslint --fix"]}}' }, 'pass'],
    ['a configuration that nothing runs', { 'eslint.config.js': '', [ci]: step('run: npm test') }, 'fail'],
    ['nothing', { 'README.md': '' }, 'fail'],
    ['installing an analyser only', { [ci]: step('run: npm install eslint') }, 'fail'],
    ['another CI system', { Jenkinsfile: '' }, 'unknown'],
    [
      'a workflow of another repository',
      { [ci]: 'on: push\njobs:\n  a:\n    uses: acme/ci/.github/workflows/lint.yml@v1\n' },
      'unknown',
    ],
  ])('judges %s', async (_, files, expected) => {
    expect((await judge(check, files)).results).toEqual({ repository: expected });
  });

  test('tells a configuration that nothing runs from none', async () => {
    expect((await judge(check, { 'ruff.toml': '' })).reason('repository')).toContain('but no pipeline or commit hook runs it');
  });
});
