import { describe, expect, test } from 'vitest';
import { judge } from '../testing.ts';
import { untrustedInput as check } from './untrusted-input.ts';

const path = '.github/workflows/a.yml';
const workflow = (on: string, steps: string): Record<string, string> => ({
  [path]: `on: ${on}\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n${steps}\n`,
});
const expression = (body: string): string => `\${{ ${body} }}`;

describe('workflow-untrusted-input', () => {
  test.each([
    ['issues', `      - run: echo "${expression('github.event.issue.title')}"`],
    ['pull_request', `      - run: git push origin ${expression('github.head_ref')}`],
    [
      'pull_request',
      `      - run: |\n          echo ok\n          echo ${expression("format('x {0}', github.event.pull_request.body)")}`,
    ],
    ['pull_request', `      - run: echo ${expression("github['event']['pull_request']['head']['ref']")}`],
    ['pull_request', `      - run: echo ${expression("github.head_ref == '' && github.sha || github.head_ref")}`],
    ['pull_request', `      - run: echo '${expression('toJSON(github.event)')}'`],
    ['push', `      - run: echo ${expression('github.event.commits.*.message')}`],
    [
      'pull_request',
      `      - uses: actions/github-script@v7\n        with:\n          script: core.info('${expression('github.event.comment.body')}')`,
    ],
    [
      'pull_request',
      `      - env: { TITLE: "${expression('github.event.pull_request.title')}" }\n        run: echo ${expression('env.TITLE')}`,
    ],
  ])('fails a script on %s with %s', async (on, steps) => {
    const judged = await judge(check, workflow(on, steps));
    expect(judged.results).toEqual({ [path]: 'fail' });
    expect(judged.quotes(path)).toMatch(/^\$\{\{.*\}\}$/);
  });

  test.each([
    [
      'pull_request_target',
      `      - uses: actions/checkout@v4\n        with: { ref: "${expression('github.event.pull_request.head.sha')}" }`,
    ],
    [
      '{ workflow_run: { workflows: [ci] } }',
      `      - uses: actions/checkout@v4\n        with: { ref: "${expression('github.event.workflow_run.head_sha')}" }`,
    ],
    [
      'pull_request_target',
      `      - uses: actions/checkout@v4\n        with: { ref: "refs/pull/${expression('github.event.number')}/merge" }`,
    ],
    ['issue_comment', `      - run: gh pr checkout ${expression('github.event.issue.number')}`],
  ])('fails a checkout on %s with %s', async (on, steps) => {
    const judged = await judge(check, workflow(on, steps));
    expect(judged.results).toEqual({ [path]: 'fail' });
    expect(judged.reason(path)).toContain('checks out');
  });

  test.each([
    [
      'pull_request',
      `      - env:\n          TITLE: ${expression('github.event.pull_request.title')}\n        run: echo "$TITLE"`,
    ],
    [
      'pull_request',
      `      - uses: actions/checkout@v4\n        with: { ref: "${expression('github.event.pull_request.head.sha')}" }`,
    ],
    ['pull_request_target', `      - uses: actions/checkout@v4\n      - uses: actions/labeler@v5`],
    ['pull_request', `      - run: echo ${expression('github.event.pull_request.number')} ${expression('github.sha')}`],
    ['issues', `      - run: echo ${expression("contains(github.event.issue.title, 'bug')")}`],
    ['pull_request', `      - run: echo ${expression("github.head_ref == 'main'")}`],
    ['pull_request', `      - if: github.event.pull_request.title != ''\n        run: echo yes`],
  ])('passes on %s: %s', async (on, steps) => {
    expect((await judge(check, workflow(on, steps))).results).toEqual({ [path]: 'pass' });
  });

  test('has no subject without workflows, and does not vouch for another CI system', async () => {
    expect((await judge(check, { 'a.txt': '' })).results).toEqual({ repository: 'not-applicable' });
    expect((await judge(check, { 'a.txt': '' }, { complete: false })).results).toEqual({ repository: 'unknown' });
    expect((await judge(check, { Jenkinsfile: 'x' })).results).toEqual({ Jenkinsfile: 'unknown' });
  });
});
