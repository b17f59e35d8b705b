import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { lockfileIntegrity as check } from './lockfile-integrity.ts';

const integrity = 'sha512-AAAA';
const commit = 'b4ffde65f46336ab88eb53be808477a3936bae11';
const packages = (entries: Readonly<Record<string, object>>): string =>
  JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...entries } }, null, 1);
const one = (entry: object): string => packages({ 'node_modules/a': { version: '1.0.0', ...entry } });
const publicHost = ['registry', 'npmjs', 'org'].join('.');

describe('lockfile-integrity', () => {
  test('tells what to do about an entry without a hash apart from one of an unknown address', () => {
    const steps = check.remediation.steps;
    expect(steps.filter((step) => step.includes('no hash'))).toHaveLength(1);
    expect(steps.filter((step) => step.includes('unknown address'))).toHaveLength(1);
  });

  test.each<[string, object, CheckOutcome]>([
    ['a hash and no address', { integrity }, 'pass'],
    ['the public registry', { resolved: `https://${publicHost}/a/-/a-1.0.0.tgz`, integrity }, 'pass'],
    ['a commit', { resolved: `git+ssh://git@github.com/o/a.git#${commit}` }, 'pass'],
    ['a linked workspace', { resolved: 'packages/a', link: true }, 'not-applicable'],
    ['a bundled package', { inBundle: true }, 'not-applicable'],
    ['no hash', {}, 'fail'],
    ['another host', { resolved: 'https://mirror.example/a.tgz', integrity }, 'fail'],
    ['no encryption', { resolved: `http://${publicHost}/a.tgz`, integrity }, 'fail'],
    ['a branch of git', { resolved: 'git+https://git.example/o/a.git#main' }, 'fail'],
    ['a look-alike host', { resolved: `https://${publicHost}.evil.example/a.tgz`, integrity }, 'fail'],
  ])('judges %s', async (_, entry, expected) => {
    expect((await judge(check, { 'package-lock.json': one(entry) })).results).toEqual({ 'package-lock.json': expected });
  });

  test.each(['registry=https://npm.acme.example/', '@acme:registry=https://npm.acme.example/api/'])(
    'knows the registry of %j',
    async (line) => {
      const lock = one({ resolved: 'https://npm.acme.example/a.tgz', integrity });
      expect((await judge(check, { 'package-lock.json': lock, '.npmrc': `${line}\n` })).results).toEqual({
        'package-lock.json': 'pass',
      });
    },
  );

  test('quotes the address', async () => {
    const judged = await judge(check, { 'package-lock.json': one({ resolved: 'https://mirror.example/a.tgz', integrity }) });
    expect(judged.quotes('package-lock.json')).toMatch(
      /^"node_modules\/a": \{[^}]*"resolved": "https:\/\/mirror.example\/a.tgz"$/,
    );
  });

  test('does not quote credentials', async () => {
    const judged = await judge(check, { 'package-lock.json': one({ resolved: 'http://me:hunter2@mirror.example/a.tgz' }) });
    expect(judged.results).toEqual({ 'package-lock.json': 'fail' });
    expect(judged.quotes('package-lock.json')).not.toContain('hunter2');
  });

  test.each<[string, CheckOutcome]>([
    [
      `"a@^1.0.0", a@1:\n  version "1.0.0"\n  resolved "https://npm.acme.example/a.tgz#${commit}"\n  integrity ${integrity}\n`,
      'pass',
    ],
    ['a@^1.0.0:\n  version "1.0.0"\n  resolved "http://npm.acme.example/a.tgz"\n', 'fail'],
    ['"a@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  checksum: 10/abc\n', 'pass'],
    ['"a@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n', 'fail'],
    ['"a@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "a@workspace:."\n', 'not-applicable'],
  ])('reads yarn.lock %j', async (text, expected) => {
    const files = { 'yarn.lock': `# yarn lockfile v1\n\n\n${text}`, '.yarnrc': 'registry "https://npm.acme.example"\n' };
    expect((await judge(check, files)).results).toEqual({ 'yarn.lock': expected });
  });

  test.each<[string, CheckOutcome]>([
    [
      `  a@1.0.0:\n    resolution: {integrity: ${integrity}}\n    engines: {node: '>=10'}\n\n  '@b/c@2.0.0':\n    resolution: {integrity: ${integrity}}\n`,
      'pass',
    ],
    ['  a@1.0.0:\n    resolution: {tarball: https://mirror.example/a.tgz}\n', 'fail'],
    ['  a@file:a:\n    resolution: {directory: a, type: directory}\n', 'not-applicable'],
  ])('reads pnpm-lock.yaml %j', async (text, expected) => {
    expect((await judge(check, { 'pnpm-lock.yaml': `lockfileVersion: '9.0'\n\npackages:\n\n${text}` })).results).toEqual({
      'pnpm-lock.yaml': expected,
    });
  });

  test('has no subject in other ecosystems', async () => {
    expect((await judge(check, { 'Cargo.lock': '' })).results).toEqual({ repository: 'not-applicable' });
  });
});
