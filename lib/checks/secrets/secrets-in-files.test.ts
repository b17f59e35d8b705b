import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { judge, repository } from '../testing.ts';
import { secretsInFiles as check } from './secrets-in-files.ts';

/** Put together here, so that no scanner of this repository takes them for real. */
const github = `gh${'p_'}${'aB3dE6gH9j'.repeat(4).slice(0, 36)}`;
const npm = `np${'m_'}${'aB3dE6gH9j'.repeat(4).slice(0, 36)}`;
const aws = 'aB3dE/6gH9'.repeat(4);
const database = `postgres${'://'}shop:Winter-2019@10.20.0.14/shop`;
const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('secrets-in-files', () => {
  test.each<[string, string, string]>([
    [`const token = "${github}";\n`, github, 'token = "'],
    [`{ "npm": { "authToken": "${npm}" } }`, npm, 'authToken": "'],
    [`AWS_SECRET_ACCESS_KEY=${aws}\n`, aws, 'AWS_SECRET_ACCESS_KEY='],
    [`db:\n  url: ${database}\n`, database, 'url:'],
    [`curl -H "Authorization: Bearer ${github}" x\n`, github, 'Authorization: Bearer'],
    [`\uFEFFkey = ${github}\n`, github, 'key ='],
    [pem, pem.split('\n')[1] ?? '', '-----BEGIN PRIVATE KEY-----'],
    [`${github}\n`, github, '1 of 1 files matches src/a.txt'],
  ])('finds the secret in %j and quotes its place, not itself', async (text, secret, quoted) => {
    const judged = await judge(check, { 'src/a.txt': text });
    expect(judged.results).toEqual({ 'src/a.txt': 'fail' });
    expect(judged.quotes('src/a.txt')).toBe(quoted);
    expect(JSON.stringify(judged.observations)).not.toContain(secret);
  });

  test.each([
    `token = "\${GITHUB_TOKEN}"`,
    'const key = process.env.API_KEY;',
    'postgres://user:password@localhost/db',
    'mongodb://shop:Winter-2019@db.acme.example:27017/shop',
    'https://me:hunter22@git.example.org/x.git',
    'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    '-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----',
    '"integrity": "sha512-aB3dE6gH9jaB3dE6gH9jaB3dE6gH9jaB3dE6gH9jaB3dE6gH9jaB3dE6gH9jaB3dE6gH9jaB3dE6gH9jaB3d=="',
  ])('lets %j pass', async (text) => {
    expect((await judge(check, { 'a.txt': text })).results).toEqual({ repository: 'pass' });
  });

  test('never repeats a secret, wherever it stands', async () => {
    const secret = fc.constantFrom(github, npm, database, `aws_secret_access_key = "${aws}"`);
    const around = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('key=', 'a: "', '\n', ' ', ',', `${npm} `, 'x=1&token='),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(around, secret, around), { minLength: 1, maxLength: 4 }), async (parts) => {
        const text = parts.flat().join(' ');
        const { observations } = await judge(check, { 'a.txt': text });
        const written = JSON.stringify(observations);
        for (const value of [github, npm, aws, 'Winter-2019']) expect(written).not.toContain(value);
      }),
      { numRuns: 100 },
    );
  });

  test('cannot be silenced by the file', async () => {
    const text = `// secretlint-disable\nconst token = "${github}";\n`;
    expect((await judge(check, { 'a.ts': text })).results).toEqual({ 'a.ts': 'fail' });
  });

  test('does not read the disk', async () => {
    const read = vi.spyOn(fs, 'readFileSync');
    await check.evaluate(
      repository({ 'package.json': '{}', 'key.p12': 'x', 'gcp.json': '{"private_key_id":1}', '/etc/hostname': 'x' }),
    );
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  });

  test('keeps its evidence where files are binary or of others', async () => {
    const files = { 'a.ts': '', 'vendor/b.js': '', 'c.ts': '' };
    const judged = await judge(check, files, { notRead: { 'logo.png': 'binary' } });
    expect(judged.results).toEqual({ repository: 'pass' });
    expect(judged.quotes('repository')).toBe('4 files are listed; those of the project that hold text were searched');
  });

  test('does not vouch for what was not read or not listed', async () => {
    expect((await judge(check, { 'a.txt': '' }, { notRead: { 'b.txt': 'too-large' } })).results).toEqual({
      repository: 'unknown',
    });
    expect((await judge(check, { 'a.txt': '' }, { complete: false })).results).toEqual({ repository: 'unknown' });
    expect((await judge(check, { 'a.txt': '' }, { notRead: { 'b.png': 'binary' } })).results).toEqual({ repository: 'pass' });
  });
});
