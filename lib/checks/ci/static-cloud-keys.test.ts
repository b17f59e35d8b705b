import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { staticCloudKeys as check } from './static-cloud-keys.ts';

const path = '.github/workflows/a.yml';
const step = (yaml: string): string => `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - ${yaml}\n`;
const secret = (name: string): string => `\${{ secrets.${name} }}`;

describe('static-cloud-keys-in-workflows', () => {
  test.each<[string, string, CheckOutcome]>([
    [
      'AWS keys',
      step(`{ uses: aws-actions/configure-aws-credentials@v4, with: { aws-access-key-id: "${secret('ID')}" } }`),
      'fail',
    ],
    ['AWS keys in env', step(`{ run: aws s3 ls, env: { AWS_SECRET_ACCESS_KEY: "${secret('KEY')}" } }`), 'fail'],
    ['a Google key', step(`{ uses: google-github-actions/auth@v2, with: { credentials_json: "${secret('GCP')}" } }`), 'fail'],
    ['an Azure secret', step(`{ uses: azure/login@v2, with: { creds: "${secret('AZURE_CREDENTIALS')}" } }`), 'fail'],
    [
      'an AWS role',
      step('{ uses: aws-actions/configure-aws-credentials@v4, with: { role-to-assume: "arn:aws:iam::1:role/x" } }'),
      'pass',
    ],
    [
      'a Google identity',
      step('{ uses: google-github-actions/auth@v2, with: { workload_identity_provider: projects/1 } }'),
      'pass',
    ],
    [
      'the output of an earlier step',
      step(`{ run: aws s3 ls, env: { AWS_ACCESS_KEY_ID: "\${{ steps.login.outputs.id }}" } }`),
      'not-applicable',
    ],
    [
      'another action with the same input name',
      step(`{ uses: acme/site@v1, with: { creds: "${secret('X')}" } }`),
      'not-applicable',
    ],
    ['no cloud', step('{ run: ls }'), 'not-applicable'],
  ])('judges %s', async (_, text, expected) => {
    expect((await judge(check, { [path]: text })).results).toEqual({ [path]: expected });
  });

  test('quotes the name of a key that is written down, never the key', async () => {
    const judged = await judge(check, { [path]: step('{ run: ls, env: { AWS_SECRET_ACCESS_KEY: not-a-real-key-but-secret } }') });
    expect(judged.quotes(path)).toBe('AWS_SECRET_ACCESS_KEY');
    expect(judged.reason(path)).not.toContain('not-a-real');
  });

  test.each<[string, CheckOutcome]>([
    ['variables: { AWS_SECRET_ACCESS_KEY: abc }\na: { script: [ls] }\n', 'fail'],
    ['a: { script: [ls], id_tokens: { T: { aud: x } } }\n', 'pass'],
    ['a: { script: [ls] }\n', 'unknown'],
  ])('judges the GitLab pipeline %j', async (text, expected) => {
    expect((await judge(check, { '.gitlab-ci.yml': text })).results).toEqual({ '.gitlab-ci.yml': expected });
  });
});
