import { afterAll, expect, test, vi } from 'vitest';
import { iamPassword } from './iam-password.ts';

afterAll(() => vi.unstubAllEnvs());

test('the password is a signed request to connect as the user of the URL, to its host and port, within 15 minutes', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a secret for this test');
  const password = iamPassword('postgresql://assay_app@db.example.com/assay?sslmode=verify-full', 'eu-west-1');
  const token = await password();
  const { host, searchParams } = new URL(`https://${token}`);
  expect([host, token.startsWith('db.example.com:5432/?')]).toEqual(['db.example.com:5432', true]);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    Action: 'connect',
    DBUser: 'assay_app',
    'X-Amz-Expires': '900',
    'X-Amz-Credential': expect.stringMatching(/^AKIDEXAMPLE\/\d{8}\/eu-west-1\/rds-db\/aws4_request$/),
  });
});
