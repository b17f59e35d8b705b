/** An AWS account behind the AWS API MCP server: what was planted is found, and the verifier reads the same out of the same bytes. */
import { afterAll, describe, expect, test } from 'vitest';
import { assess } from '../support/hosts/assess.ts';
import { type AwsAccount, serveAws } from '../support/hosts/aws.ts';
import type { Served } from '../support/hosts/serve.ts';

const asOf = '2026-11-25T12:00:00.000Z';
const young = '2026-11-01T09:00:00+00:00';
const old = '2026-05-01T09:00:00+00:00';

const sound: AwsAccount = {
  buckets: { 'acme-logs': { block: true }, 'acme-data': { block: true, encrypted: true } },
  users: { ann: { password: true, mfa: true, keys: [young] }, deploy: { keys: [young, `-${old}`] }, 'idle.bot': {} },
  trails: [
    { name: 'all-regions', everywhere: true, on: true },
    { name: 'local', everywhere: false, on: false },
  ],
  root: { keys: 0, mfa: true },
  volumes: { 'us-east-1': true, 'eu-west-1': true },
};

const served: Served[] = [];
async function judged(account: AwsAccount, actual?: string) {
  const source = await serveAws(account, actual);
  served.push(source);
  return { source, ...(await assess(source, 'cloud-configuration', asOf)) };
}
afterAll(() => Promise.all(served.map(({ bridge }) => bridge.stop())));

describe('an AWS account', () => {
  test('that is sound passes every check, by evidence that verifies', async () => {
    const { results, refused, gaps, complete } = await judged(sound);
    expect(Object.values(results)).toHaveLength(8);
    expect(new Set(Object.values(results))).toEqual(new Set(['pass']));
    expect({ refused, gaps, complete }).toEqual({ refused: [], gaps: [], complete: true });
  });

  test('with everything wrong fails every check, and each thing is named', async () => {
    const { failing, refused, cited } = await judged({
      buckets: {
        'by-policy': { policyIsPublic: true, encrypted: false },
        'by-acl': { block: false, aclGrants: ['AllUsers'] },
        'not-really': { block: true, policyIsPublic: true, aclGrants: ['AllUsers'] },
        private: {},
      },
      users: { bob: { password: true, mfa: false }, carl: { keys: [young, old] } },
      trails: [
        { name: 'local', everywhere: false, on: true },
        { name: 'off', everywhere: true, on: false },
      ],
      root: { keys: 1, mfa: false },
      volumes: { 'us-east-1': true, 'eu-west-1': false },
    });
    expect(failing).toEqual([
      'cloud-audit-log: audit logs',
      'cloud-bucket-encryption: bucket by-policy',
      'cloud-encryption-defaults: volumes in eu-west-1',
      'cloud-old-keys: user carl',
      'cloud-public-buckets: bucket by-acl',
      'cloud-public-buckets: bucket by-policy',
      'cloud-root-keys: root account',
      'cloud-root-mfa: root account',
      'cloud-user-mfa: user bob',
    ]);
    expect(refused).toEqual([]);
    expect(cited('cloud-public-buckets')).toContain('\\"IsPublic\\": true');
    expect(cited('cloud-old-keys')).toContain(`\\"CreateDate\\": \\"${old}\\"`);
  });

  test('whose own block covers every bucket has no open one', async () => {
    const { results, refused } = await judged({
      ...sound,
      accountBlock: true,
      buckets: { www: { policyIsPublic: true, aclGrants: ['AllUsers'] } },
    });
    expect([results['cloud-public-buckets'], refused]).toEqual(['pass', []]);
  });

  test('without a trail is without an audit log, and without buckets has none to judge', async () => {
    const { results, refused } = await judged({ ...sound, trails: [], buckets: {} });
    expect(results).toMatchObject({ 'cloud-audit-log': 'fail', 'cloud-public-buckets': 'not-applicable' });
    expect(refused).toEqual([]);
  });

  test('a bucket that may not be looked into is no closed one', async () => {
    const { results, reason, refused } = await judged({ ...sound, buckets: { ...sound.buckets, vault: { denied: true } } });
    expect(results['cloud-public-buckets']).toBe('unknown');
    expect(reason('cloud-public-buckets')).toContain('isPublic');
    expect(refused).toEqual([]);
  });

  test('a name that would add to a command is never put into one', async () => {
    const evil = 'x --endpoint-url http://evil.example';
    const { source, results } = await judged({ ...sound, users: { [evil]: { password: true } } });
    expect(JSON.stringify(source.calls.slice(1))).not.toContain('evil');
    expect(results['cloud-user-mfa']).toBe('unknown');
  });

  test('of another account nothing is asked but whose it is', async () => {
    const { source, results } = await judged(sound, '999999999999');
    expect(source.calls).toEqual([{ tool: 'call_aws', args: { cli_command: 'aws sts get-caller-identity' } }]);
    expect(new Set(Object.values(results))).toEqual(new Set(['unknown']));
  });
});
