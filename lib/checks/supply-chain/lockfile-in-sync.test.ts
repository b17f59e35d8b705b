import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { lockfileInSync as check } from './lockfile-in-sync.ts';

type Versions = Readonly<Record<string, string>>;
const manifest = (dependencies: Versions, more: object = {}): string =>
  JSON.stringify({ name: 'x', dependencies, ...more }, null, 2);
const locked = (recorded: Versions, installed: Versions, more: object = {}): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { dependencies: recorded },
      ...Object.fromEntries(Object.entries(installed).map(([name, version]) => [`node_modules/${name}`, { version }])),
      ...more,
    },
  });

describe('lockfile-in-sync for npm', () => {
  test.each<[string, Record<string, string>, CheckOutcome]>([
    [
      'agrees',
      { 'package.json': manifest({ a: '^1.2.0' }), 'package-lock.json': locked({ a: '^1.2.0' }, { a: '1.9.0', b: '2.0.0' }) },
      'pass',
    ],
    ['is absent', { 'package.json': manifest({ a: '1.0.0' }) }, 'fail'],
    [
      'lacks a dependency',
      { 'package.json': manifest({ a: '1.0.0', b: '2.0.0' }), 'package-lock.json': locked({ a: '1.0.0' }, { a: '1.0.0' }) },
      'fail',
    ],
    [
      'keeps a removed one',
      {
        'package.json': manifest({ a: '1.0.0' }),
        'package-lock.json': locked({ a: '1.0.0', b: '2.0.0' }, { a: '1.0.0', b: '2.0.0' }),
      },
      'fail',
    ],
    [
      'records another range',
      { 'package.json': manifest({ a: '^2.0.0' }), 'package-lock.json': locked({ a: '^1.0.0' }, { a: '1.0.0' }) },
      'fail',
    ],
    [
      'installs outside the range',
      { 'package.json': manifest({ a: '^2.0.0' }), 'package-lock.json': locked({ a: '^2.0.0' }, { a: '1.0.0' }) },
      'fail',
    ],
    [
      'does not install it',
      { 'package.json': manifest({ a: '1.0.0' }), 'package-lock.json': locked({ a: '1.0.0' }, {}) },
      'fail',
    ],
    [
      'installs an alias',
      { 'package.json': manifest({ a: 'npm:z@^3.0.0' }), 'package-lock.json': locked({ a: 'npm:z@^3.0.0' }, { a: '3.1.0' }) },
      'pass',
    ],
    [
      'installs from git',
      { 'package.json': manifest({ a: 'github:o/r#v1' }), 'package-lock.json': locked({ a: 'github:o/r#v1' }, { a: '9.9.9' }) },
      'pass',
    ],
    [
      'is overridden',
      {
        'package.json': manifest({ a: '^2.0.0' }, { overrides: { a: '1.0.0' } }),
        'package-lock.json': locked({ a: '^2.0.0' }, { a: '1.0.0' }),
      },
      'pass',
    ],
    ['is broken', { 'package.json': manifest({ a: '1.0.0' }), 'package-lock.json': '{' }, 'unknown'],
    ['belongs to yarn', { 'package.json': manifest({ a: '1.0.0' }), 'yarn.lock': '# yarn lockfile v1' }, 'pass'],
    ['is not needed', { 'package.json': '{"name":"x"}' }, 'not-applicable'],
    [
      'is of version 1',
      {
        'package.json': manifest({ a: '^1.0.0' }),
        'package-lock.json': '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.5.0"}}}',
      },
      'pass',
    ],
    [
      'is of version 1 and old',
      {
        'package.json': manifest({ a: '^2.0.0' }),
        'package-lock.json': '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.5.0"}}}',
      },
      'fail',
    ],
  ])('judges a lockfile that %s', async (_, files, expected) => {
    expect((await judge(check, files)).results).toEqual({ 'package.json': expected });
  });

  test('quotes what disagrees', async () => {
    const files = {
      'package.json': manifest({ a: '1.0.0', 'left-pad': '1.3.0' }),
      'package-lock.json': locked({ a: '1.0.0' }, { a: '1.0.0' }),
    };
    const judged = await judge(check, files);
    expect(judged.quotes('package.json')).toContain('"left-pad": "1.3.0"');
    expect(judged.quotes('package.json')).not.toContain('"a"');
  });

  test('knows workspaces, hoisting and a manifest that is none', async () => {
    const workspace = {
      'packages/api': { dependencies: { a: '^1.0.0' } },
      'node_modules/api': { resolved: 'packages/api', link: true },
    };
    const files = {
      'package.json': manifest({}, { workspaces: ['packages/*'] }),
      'package-lock.json': locked({}, { a: '1.0.0' }, workspace),
      'packages/api/package.json': manifest({ a: '^1.0.0' }),
      'tools/package.json': manifest({ a: '^1.0.0' }),
    };
    expect((await judge(check, files)).results).toEqual({
      'package.json': 'not-applicable',
      'packages/api/package.json': 'pass',
      'tools/package.json': 'fail',
    });
  });

  test('agrees with a lockfile made from the manifest, and not once a dependency is added or dropped', async () => {
    const version = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).map((parts) => parts.join('.'));
    const name = fc.stringMatching(/^[a-z][a-z-]{0,6}[a-z]$/);
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, version, { minKeys: 1, maxKeys: 5 }), fc.boolean(), async (all, drop) => {
        const [first = '', ...others] = Object.keys(all);
        const ranges = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, `^${value}`]));
        const fewer = Object.fromEntries(Object.entries(ranges).filter(([key]) => key !== first));
        const files = { 'package.json': manifest(ranges), 'package-lock.json': locked(ranges, all) };
        expect((await judge(check, files)).results['package.json']).toBe('pass');
        const changed = drop
          ? { ...files, 'package.json': manifest(fewer) }
          : { ...files, 'package-lock.json': locked(fewer, all) };
        const expected = drop && others.length === 0 ? 'not-applicable' : 'fail';
        expect((await judge(check, changed)).results['package.json']).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('does not state absence of an incomplete listing', async () => {
    expect((await judge(check, { 'package.json': manifest({ a: '1.0.0' }) }, { complete: false })).results).toEqual({
      'package.json': 'unknown',
    });
  });
});

describe('lockfile-in-sync for other package managers', () => {
  test.each<[string, string, string]>([
    ['pyproject.toml', '[project]\nname = "x"\ndependencies = ["flask"]\n', 'uv.lock'],
    ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.12"\nflask = "*"\n', 'poetry.lock'],
    ['Cargo.toml', '[package]\nname = "x"\n\n[dependencies]\nserde = "1"\n', 'Cargo.lock'],
    ['go.mod', 'module x\n\nrequire github.com/pkg/errors v0.9.1\n', 'go.sum'],
    ['Gemfile', 'source "x"\ngem "rails"\n', 'Gemfile.lock'],
    ['Pipfile', '[packages]\nflask = "*"\n', 'Pipfile.lock'],
    ['composer.json', '{"require":{"php":">=8","a/b":"1"}}', 'composer.lock'],
  ])('%s needs a lockfile', async (path, text, lock) => {
    expect((await judge(check, { [path]: text })).results).toEqual({ [path]: 'fail' });
    expect((await judge(check, { [path]: text, [lock]: '' })).results).toEqual({ [path]: 'pass' });
  });

  test.each<[string, CheckOutcome]>([
    ['flask==3.0.0\nrequests[socks]==2.32.0 ; python_version > "3.8"\n', 'pass'],
    ['flask==3.0.0 \\\n    --hash=sha256:abc\n', 'pass'],
    ['-r base.txt\n# nothing\n', 'not-applicable'],
    ['flask>=2\nrequests==2.32.0\n', 'fail'],
    ['flask\n', 'fail'],
    ['flask==3.*\n', 'fail'],
  ])('requirements %j', async (text, expected) => {
    expect((await judge(check, { 'requirements.txt': text })).results).toEqual({ 'requirements.txt': expected });
  });

  test('leaves test fixtures and vendored code alone', async () => {
    const files = { 'test/fixtures/package.json': manifest({ a: '1' }), 'node_modules/a/package.json': manifest({ b: '1' }) };
    const { results } = await judge(check, files);
    expect(Object.keys(results)).toEqual(['repository']);
  });
});
