import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { tokenPermissions as check } from './token-permissions.ts';

const path = '.github/workflows/a.yml';
const steps = '    runs-on: ubuntu-24.04\n    steps: [{ run: ls }]\n';

describe('workflow-token-permissions', () => {
  test.each<[string, string, CheckOutcome]>([
    ['read-all', `on: push\npermissions: read-all\njobs:\n  a:\n${steps}`, 'pass'],
    ['none', `on: push\npermissions: {}\njobs:\n  a:\n${steps}`, 'pass'],
    ['reading scopes', `on: push\npermissions: { contents: read }\njobs:\n  a:\n${steps}  b:\n${steps}`, 'pass'],
    [
      'a write scope of one job',
      `on: push\npermissions: { contents: read }\njobs:\n  a:\n${steps}  b:\n    permissions: { packages: write }\n${steps}`,
      'pass',
    ],
    ['a top that means a single job', `on: push\npermissions: { contents: write }\njobs:\n  a:\n${steps}`, 'pass'],
    ['every job by itself', `on: push\njobs:\n  a:\n    permissions: { contents: read }\n${steps}`, 'pass'],
    ['nothing', `on: push\njobs:\n  a:\n${steps}`, 'fail'],
    ['one job left out', `on: push\njobs:\n  a:\n    permissions: {}\n${steps}  b:\n${steps}`, 'fail'],
    ['write-all', `on: push\npermissions: write-all\njobs:\n  a:\n${steps}`, 'fail'],
    ['write-all of a job', `on: push\npermissions: {}\njobs:\n  a:\n    permissions: write-all\n${steps}`, 'fail'],
    ['a write scope for several jobs', `on: push\npermissions: { contents: write }\njobs:\n  a:\n${steps}  b:\n${steps}`, 'fail'],
    ['what the caller gives', `on: workflow_call\njobs:\n  a:\n${steps}`, 'not-applicable'],
    ['no job', 'on: push\njobs: {}\n', 'not-applicable'],
    ['a broken file', 'on: push\njobs: {', 'unknown'],
  ])('judges %s', async (_, text, expected) => {
    expect((await judge(check, { [path]: text })).results).toEqual({ [path]: expected });
  });

  test('names the jobs without permissions', async () => {
    const judged = await judge(check, { [path]: `on: push\njobs:\n  build:\n${steps}  deploy:\n${steps}` });
    expect(judged.reason(path)).toContain('The jobs build, deploy have no "permissions"');
    expect(judged.quotes(path)).toBe('build\ndeploy');
  });
});
