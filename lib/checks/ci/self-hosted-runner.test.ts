import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { selfHostedRunner as check } from './self-hosted-runner.ts';

const path = '.github/workflows/a.yml';
const job = (on: string, runsOn: string, more = ''): string =>
  `on: ${on}\njobs:\n  build:\n${more}    runs-on: ${runsOn}\n    steps: [{ run: ls }]\n`;
const matrix = (values: string): string => `    strategy: { matrix: { os: ${values} } }\n`;
const label = `\${{ matrix.os }}`;
const forksOut = `    if: github.event.pull_request.head.repo.full_name == github.repository\n`;

describe('self-hosted-runner-on-pull-request', () => {
  test.each<[string, string, CheckOutcome]>([
    ['a hosted runner', job('pull_request', 'ubuntu-latest'), 'pass'],
    ['a matrix of hosted runners', job('pull_request', label, matrix('[ubuntu-24.04, windows-2025, macos-15-intel]')), 'pass'],
    ['forks kept out', job('pull_request', 'self-hosted', forksOut), 'pass'],
    ['self-hosted', job('pull_request', 'self-hosted'), 'fail'],
    ['self-hosted with labels', job('[push, pull_request_target]', '[self-hosted, linux, x64]'), 'fail'],
    ['self-hosted in a matrix', job('pull_request', label, matrix('[ubuntu-24.04, self-hosted]')), 'fail'],
    ['self-hosted by labels', job('pull_request', '{ labels: [self-hosted] }'), 'fail'],
    ['a label of somebody', job('pull_request', 'big-machine'), 'unknown'],
    ['a runner group', job('pull_request', '{ group: large }'), 'unknown'],
    ['an expression', job('pull_request', `\${{ inputs.runner }}`), 'unknown'],
  ])('judges %s', async (_, text, expected) => {
    expect((await judge(check, { [path]: text })).results).toEqual({ [`${path}#build`]: expected });
  });

  test('leaves alone what does not run for pull requests', async () => {
    expect((await judge(check, { [path]: job('push', 'self-hosted') })).results).toEqual({ [path]: 'not-applicable' });
  });

  test('follows a call into the workflow that is called', async () => {
    const files = {
      '.github/workflows/b.yml': 'on: pull_request\njobs:\n  c:\n    uses: ./.github/workflows/a.yml\n',
      [path]: job('workflow_call', 'self-hosted'),
    };
    expect((await judge(check, files)).results).toEqual({
      [`${path}#build`]: 'fail',
      '.github/workflows/b.yml': 'not-applicable',
    });
  });
});
