import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { dependencyUpdates as check } from './dependency-updates.ts';

const manifest = { 'package.json': '{"dependencies":{"a":"1"}}' };
const dependabot = (...names: readonly string[]): Record<string, string> => ({
  '.github/dependabot.yml': `version: 2\nupdates:${names.length === 0 ? ' []' : ''}\n${names.map((name) => `  - package-ecosystem: ${name}\n    directory: /\n`).join('')}`,
});

describe('dependency-update-bot', () => {
  test.each<[string, Record<string, string>, CheckOutcome]>([
    ['Dependabot for npm', { ...manifest, ...dependabot('npm', 'github-actions') }, 'pass'],
    ['Dependabot for something else', { ...manifest, ...dependabot('docker') }, 'fail'],
    ['Dependabot for nothing', { ...manifest, ...dependabot() }, 'fail'],
    ['Dependabot that does not parse', { ...manifest, '.github/dependabot.yml': 'updates: [' }, 'unknown'],
    ['Renovate', { ...manifest, 'renovate.json5': '{ extends: ["config:recommended"] }' }, 'pass'],
    ['Renovate in the manifest', { 'package.json': '{"renovate":{},"dependencies":{"a":"1"}}' }, 'pass'],
    ['Renovate switched off', { ...manifest, '.github/renovate.json': '{"enabled":false}' }, 'fail'],
    ['no bot', manifest, 'fail'],
    ['nothing to update', { 'README.md': '' }, 'not-applicable'],
  ])('judges %s', async (_, files, expected) => {
    expect((await judge(check, files)).results).toEqual({ repository: expected });
  });
});
