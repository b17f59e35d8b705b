import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { testsOnPullRequest as check } from './tests-on-pull-request.ts';

const job = (run: string): string => `jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: ${run}\n`;
const ci = '.github/workflows/ci.yml';

describe('ci-tests-on-pull-request', () => {
  test.each<[string, string]>([
    ['pull_request', 'npm test'],
    ['[push, pull_request]', 'npx --yes vitest run'],
    ['push', 'pytest -q'],
    ['{ push: { branches: [main] }, pull_request: {} }', 'CI=1 pnpm -r test'],
    ['merge_group', './gradlew build'],
    ['pull_request', 'npm cit'],
    ['pull_request', '"docker compose run --rm api go test ./..."'],
    ['pull_request', 'npm ci && npm run test:unit'],
  ])('passes for a run on %s of %s', async (on, run) => {
    const { results, quotes } = await judge(check, { [ci]: `on: ${on}\n${job(run)}` });
    expect(results).toEqual({ repository: 'pass' });
    expect(quotes('repository')).toContain(run.replaceAll('"', ''));
  });

  test('follows package scripts, make targets and script files', async () => {
    const manifest = '{ "scripts": { "ci": "npm run lint && npm run unit", "unit": "node --test" } }';
    const viaNpm = await judge(check, { [ci]: `on: pull_request\n${job('npm run ci')}`, 'package.json': manifest });
    expect(viaNpm.results).toEqual({ repository: 'pass' });
    expect(viaNpm.quotes('repository')).toContain('"unit": "node --test"');
    const viaMake = await judge(check, {
      [ci]: `on: pull_request\n${job('make ci')}`,
      Makefile: 'all ci: build\n\tgo vet ./...\n\tgo test ./...\n',
    });
    expect(viaMake.results).toEqual({ repository: 'pass' });
    const viaFile = await judge(check, {
      [ci]: `on: pull_request\n${job('bash scripts/ci.sh')}`,
      'scripts/ci.sh': '#!/bin/sh\ncargo test\n',
    });
    expect(viaFile.results).toEqual({ repository: 'pass' });
  });

  test('knows the scripts that npm runs around another', async () => {
    const manifest = '{ "scripts": { "build": "tsc", "prebuild": "jest --ci" } }';
    const judged = await judge(check, { [ci]: `on: pull_request\n${job('npm run build')}`, 'package.json': manifest });
    expect(judged.quotes('repository')).toContain('"prebuild": "jest --ci"');
  });

  test('counts a called workflow with the triggers of its caller', async () => {
    const files = {
      [ci]: 'on: pull_request\njobs:\n  t:\n    uses: ./.github/workflows/test.yml\n',
      '.github/workflows/test.yml': `on: workflow_call\n${job('npm test')}`,
    };
    expect((await judge(check, files)).results).toEqual({ repository: 'pass' });
  });

  test.each<[string, Record<string, string>, CheckOutcome]>([
    ['no pipeline at all', { 'README.md': 'x' }, 'fail'],
    ['tests on push to main only', { [ci]: `on: { push: { branches: [main] } }\n${job('npm test')}` }, 'fail'],
    ['no test command', { [ci]: `on: pull_request\n${job('npm install jest')}` }, 'fail'],
    [
      'the test script that npm init writes',
      {
        [ci]: `on: pull_request\n${job('npm test')}`,
        'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}',
      },
      'fail',
    ],
    ['a workflow that does not parse', { [ci]: 'on: [\n' }, 'unknown'],
    ['another CI system', { Jenkinsfile: 'pipeline {}' }, 'unknown'],
    [
      'a workflow of another repository',
      { [ci]: 'on: pull_request\njobs:\n  t:\n    uses: acme/ci/.github/workflows/t.yml@v1\n' },
      'unknown',
    ],
    ['a GitLab pipeline with tests', { '.gitlab-ci.yml': 'unit:\n  script: [npm ci, npm test]\n' }, 'pass'],
    ['a GitLab pipeline of includes', { '.gitlab-ci.yml': 'include:\n  - template: X.yml\n' }, 'unknown'],
  ])('judges %s', async (_, files, expected) => {
    expect((await judge(check, files)).results).toEqual({ repository: expected });
  });

  test('says nothing of what an incomplete listing may hide', async () => {
    expect((await judge(check, { 'a.txt': '' }, { complete: false })).results).toEqual({ repository: 'unknown' });
  });
});
