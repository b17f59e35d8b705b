import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { secretScanGuard as check } from './scan-guard.ts';

const ci = (step: string): Record<string, string> => ({
  '.github/workflows/ci.yml': `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - ${step}\n`,
});

describe('secret-scan-guard: the scan', () => {
  test.each<[string, Record<string, string>, CheckOutcome]>([
    ['a pre-commit hook', { '.pre-commit-config.yaml': 'repos:\n  - repo: x\n    hooks: [{ id: gitleaks }]\n' }, 'pass'],
    ['a husky hook', { '.husky/pre-commit': '#!/bin/sh\nnpx secretlint "**/*"\n' }, 'pass'],
    ['lefthook', { 'lefthook.yml': 'pre-commit:\n  commands:\n    s:\n      run: gitleaks protect --staged\n' }, 'pass'],
    ['lint-staged', { 'package.json': '{"lint-staged":{"*":["secretlint"]}}' }, 'pass'],
    ['an action', ci('uses: gitleaks/gitleaks-action@v2'), 'pass'],
    ['a command in CI', ci('run: trufflehog git file://.'), 'pass'],
    ['the GitLab template', { '.gitlab-ci.yml': 'include:\n  - template: Jobs/Secret-Detection.gitlab-ci.yml\n' }, 'pass'],
    ['another hook', { '.pre-commit-config.yaml': 'repos:\n  - repo: x\n    hooks: [{ id: end-of-file-fixer }]\n' }, 'fail'],
    ['none', ci('run: npm test'), 'fail'],
    ['another CI system', { Jenkinsfile: '' }, 'unknown'],
  ])('judges %s', async (_, files, expected) => {
    expect((await judge(check, files)).results['repository']).toBe(expected);
  });
});

describe('secret-scan-guard: .gitignore', () => {
  test.each<[string, CheckOutcome]>([
    ['node_modules\n.env\n', 'pass'],
    ['*.env*\n!.env.example\n', 'pass'],
    ['.env*\n!.env\n', 'fail'],
    ['node_modules\n', 'fail'],
    ['', 'fail'],
  ])('%j', async (text, expected) => {
    expect((await judge(check, { '.gitignore': text })).results['.gitignore']).toBe(expected);
  });

  test('quotes the rule that does it', async () => {
    expect((await judge(check, { '.gitignore': 'dist\n/.env\n' })).quotes('.gitignore')).toBe('/.env');
  });

  test('is missed where there is none, if the listing is complete', async () => {
    expect((await judge(check, { 'a.txt': '' })).results['.gitignore']).toBe('fail');
    expect((await judge(check, { 'a.txt': '' }, { complete: false })).results['.gitignore']).toBe('unknown');
  });
});
