import { describe, expect, test } from 'vitest';
import type { CheckOutcome, RepositoryCheck } from '../check.ts';
import { judge } from '../testing.ts';
import { unreviewableBinaries } from './binaries.ts';
import { changelog } from './changelog.ts';
import { license } from './license.ts';
import { securityPolicy } from './security-policy.ts';

type Case = readonly [Record<string, string>, Record<string, CheckOutcome>];
const holds =
  (check: RepositoryCheck) =>
  async ([files, expected]: Case) => {
    expect((await judge(check, files)).results).toEqual(expected);
  };

describe('governance-security-policy', () => {
  const cases: readonly Case[] = [
    [{ 'README.md': '' }, { repository: 'fail' }],
    [
      { 'SECURITY.md': 'Write to security@acme.example. We answer within 3 days and disclose after 90.\n' },
      { 'SECURITY.md': 'pass' },
    ],
    [
      { '.github/SECURITY.md': '# Security\n\nUse **Report a vulnerability**.\n\nA fix and its disclosure follow.\n' },
      { '.github/SECURITY.md': 'pass' },
    ],
    [{ 'SECURITY.md': 'Write to security@acme.example.\n' }, { 'SECURITY.md': 'fail' }],
    [
      { 'SECURITY.md': 'Use this section to tell people how to report a problem. Expect a response.\n' },
      { 'SECURITY.md': 'fail' },
    ],
    [{ 'SECURITY.md': 'Mail security@example.com, we respond.\n' }, { 'SECURITY.md': 'fail' }],
    [{ 'SECURITY.md': ' \n' }, { 'SECURITY.md': 'unknown' }],
    [
      { 'SECURITY.md': 'see .github\n', '.github/SECURITY.md': 'security@acme.example answers; disclosure after a fix.\n' },
      { '.github/SECURITY.md': 'pass' },
    ],
  ];
  test.each(cases)('%j', (...one) => holds(securityPolicy)(one));
});

describe('governance-license', () => {
  const cases: readonly Case[] = [
    [{ 'README.md': '' }, { repository: 'fail' }],
    [{ LICENSE: '\n  Apache License\n  Version 2.0\n' }, { repository: 'pass' }],
    [{ 'LICENSE-MIT': 'MIT\n' }, { repository: 'pass' }],
    [{ 'licence.txt': 'All rights reserved.\n' }, { repository: 'pass' }],
    [{ LICENSE: '' }, { repository: 'fail' }],
    [{ 'package.json': '{"license": "UNLICENSED", "private": true}' }, { repository: 'pass' }],
    [{ 'package.json': '{"license": "MIT", "private": true}' }, { repository: 'fail' }],
    [{ 'vendor/x/LICENSE': 'MIT' }, { repository: 'fail' }],
  ];
  test.each(cases)('%j', (...one) => holds(license)(one));
});

describe('governance-unreviewable-binaries', () => {
  const binary = (...paths: string[]) =>
    judge(unreviewableBinaries, { 'a.ts': '' }, { notRead: Object.fromEntries(paths.map((path) => [path, 'binary' as const])) });

  test('fails each executable, by its name', async () => {
    expect((await binary('tools/sign.exe', 'lib/[a]/x.so', 'logo.png')).results).toEqual({
      'tools/sign.exe': 'fail',
      'lib/[a]/x.so': 'fail',
    });
  });

  test('passes without any, or with text of such a name', async () => {
    expect((await binary('logo.png', 'data.zip', 'test/fixtures/a.wasm', 'node_modules/x/y.node')).results).toEqual({
      repository: 'pass',
    });
    expect((await judge(unreviewableBinaries, { 'types.lib': 'text' })).results).toEqual({ repository: 'pass' });
    const pointer = { 'a.jar': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n' };
    expect((await judge(unreviewableBinaries, pointer)).results).toEqual({ 'a.jar': 'fail' });
  });

  test('accepts a Gradle wrapper that a workflow validates', async () => {
    const jar = { notRead: { 'gradle/wrapper/gradle-wrapper.jar': 'binary' as const } };
    const workflow = { '.github/workflows/ci.yml': 'steps:\n  - uses: gradle/actions/wrapper-validation@v4\n' };
    expect((await judge(unreviewableBinaries, workflow, jar)).results).toEqual({ repository: 'pass' });
    expect((await judge(unreviewableBinaries, {}, jar)).results).toEqual({ 'gradle/wrapper/gradle-wrapper.jar': 'fail' });
  });
});

describe('governance-changelog', () => {
  const npm = { 'package.json': '{"version": "1.4.0"}' };
  const cases: readonly Case[] = [
    [{ ...npm, 'CHANGELOG.md': '# Changelog\n\n## 1.4.0 - 2026-01-01\n' }, { 'CHANGELOG.md': 'pass' }],
    [{ ...npm, 'CHANGELOG.md': '# Changelog\n\n## [1.3.0]\n\n## 1.2.0\n' }, { 'CHANGELOG.md': 'fail' }],
    [{ ...npm, 'CHANGELOG.md': '## 11.4.0\n## 1.4.01\n' }, { 'CHANGELOG.md': 'fail' }],
    [{ ...npm, 'CHANGELOG.md': '# Changelog\n\n## Unreleased\n' }, { 'CHANGELOG.md': 'pass' }],
    [{ 'package.json': '{"version": "2.0.0-rc.1"}', 'CHANGELOG.md': '## 1.0.0\n' }, { 'CHANGELOG.md': 'pass' }],
    [{ 'pyproject.toml': '[project]\nversion = "0.3.1"\n', 'CHANGES.rst': 'v0.3.1\n------\n' }, { 'CHANGES.rst': 'pass' }],
    [{ 'CHANGELOG.md': 'Nothing yet.\n' }, { 'CHANGELOG.md': 'fail' }],
    [{ 'CHANGELOG.md': '' }, { 'CHANGELOG.md': 'fail' }],
    [{ ...npm }, { repository: 'unknown' }],
    [{ ...npm, '.changeset/config.json': '{}' }, { repository: 'pass' }],
  ];
  test.each(cases)('%j', (...one) => holds(changelog)(one));
});

test('nothing is said of what an incomplete listing may hide', async () => {
  for (const check of [securityPolicy, license, unreviewableBinaries, changelog]) {
    expect((await judge(check, { 'a.txt': '' }, { complete: false })).results).toEqual({ repository: 'unknown' });
  }
});
