import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RepositoryFile } from '../check.ts';
import { literalGlob, pathTest } from '../observe.ts';
import { repository } from '../testing.ts';
import { dockerfile, dockerfileGlobs, imageParts } from './dockerfile.ts';
import { gitlabPipeline } from './gitlab.ts';
import { type JsonNode, json, memberAt, parseJson } from './json.ts';
import { toml, tomlAt } from './toml.ts';
import { workflow } from './workflow.ts';
import { entry, items, scalar, yamlDocument, yamlDocuments } from './yaml.ts';

function file(text: string, path = 'file'): RepositoryFile {
  const [only] = repository({ [path]: text }).files;
  if (only === undefined) throw new Error('no file');
  return only;
}

function value<T>(parsed: { ok: true; value: T } | { ok: false; reason: string }): T {
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

describe('every parser', () => {
  const parsers = { yamlDocument, yamlDocuments, json, toml, dockerfile, workflow, gitlabPipeline };

  test('answers any text with a value or a reason, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom('a: *a', '- &x [*x]', '{"a":', '\u0000')),
        (text) => {
          for (const parse of Object.values(parsers)) expect(typeof parse(file(text)).ok).toBe('boolean');
        },
      ),
      { numRuns: 80 },
    );
  });

  test('parses a file object once', () => {
    const one = file('a: 1');
    expect(yamlDocument(one)).toBe(yamlDocument(one));
  });

  test('does not repeat the text in its reason', () => {
    const parsed = yamlDocument(file('password: "hunter2\n  - [oops'));
    expect(parsed).toMatchObject({ ok: false });
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  test('gives the reason why a file has no text', () => {
    const [unread] = repository({}, { notRead: { 'a.yml': 'too-large' } }).files;
    expect(unread && yamlDocument(unread)).toEqual({ ok: false, reason: 'The file was not read: too-large' });
  });
});

describe('json', () => {
  const plain = (node: JsonNode): unknown => {
    switch (node.kind) {
      case 'object':
        return Object.fromEntries([...node.members].map(([key, member]) => [key, plain(member.value)]));
      case 'array':
        return node.items.map(plain);
      case 'null':
        return null;
      default:
        return node.value;
    }
  };

  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(plain(parseJson(text))).toEqual(JSON.parse(text, (_, it) => (Object.is(it, -0) ? 0 : it)));
      }),
    );
  });

  test('knows where a member stands', () => {
    const text = '{ "a": { "b": [1, 2] } }';
    const found = memberAt(parseJson(text), 'a', 'b');
    expect(found && text.slice(found.start, found.end)).toBe('"b": [1, 2]');
  });

  test('tolerates comments and trailing commas, and refuses code', () => {
    expect(json(file('{ // note\n "a": 1, }')).ok).toBe(true);
    for (const text of ['{ "a": f() }', '{ ...b }', '{ "a": 1 } x', '{ [a]: 1 }', '[1,,2]'])
      expect(json(file(text)).ok).toBe(false);
  });
});

describe('yaml', () => {
  test('follows aliases and merge keys, own entries first', () => {
    const document = value(yamlDocument(file('base: &b { x: 1, y: 2 }\nmine:\n  <<: *b\n  y: 3\n')));
    const mine = entry(document, document.contents, 'mine')?.value;
    expect(scalar(entry(document, mine, 'x')?.value ?? null)?.text).toBe('1');
    expect(scalar(entry(document, mine, 'y')?.value ?? null)?.text).toBe('3');
  });

  test('keeps numbers as they were written', () => {
    const document = value(yamlDocument(file('v: [18.10, "20", 22]')));
    const list = items(document, entry(document, document.contents, 'v')?.value);
    expect(list.map((item) => scalar(item)?.text)).toEqual(['18.10', '20', '22']);
  });
});

describe('toml', () => {
  test('walks tables and stops at what is not one', () => {
    const table = value(toml(file('[project]\nname = "x"')));
    expect(tomlAt(table, 'project', 'name')).toBe('x');
    expect(tomlAt(table, 'project', 'name', 'deeper')).toBeUndefined();
    expect(tomlAt(table, 'constructor')).toBeUndefined();
  });
});

describe('dockerfile', () => {
  const text = [
    'ARG NODE=22',
    'ARG VARIANT',
    `FROM --platform=linux/amd64 node:\${NODE}-alpine AS build`,
    'RUN npm ci',
    'FROM build AS test',
    `FROM registry.example:5000/acme/base:\${VARIANT}`,
    `FROM \${MISSING:-python}:3.12@sha256:abc`,
    'FROM scratch',
  ].join('\r\n');

  test('resolves build arguments, stages and digests', () => {
    const { bases } = value(dockerfile(file(text)));
    expect(bases.map(({ kind, repository: name, tag, digest }) => [kind, name, tag, digest])).toEqual([
      ['external', 'node', '22-alpine', null],
      ['stage', 'build', null, null],
      ['unresolved', 'acme/base', `\${VARIANT}`, null],
      ['external', 'python', '3.12', 'sha256:abc'],
      ['scratch', 'scratch', null, null],
    ]);
  });

  test('knows where each FROM stands', () => {
    const { bases } = value(dockerfile(file(text)));
    expect(bases.map(({ start, end }) => text.slice(start, end)).at(1)).toBe('FROM build AS test');
  });

  test.each([
    ['localhost/a:1', 'a', '1'],
    ['ghcr.io/acme/api', 'acme/api', null],
    ['acme/api:v1', 'acme/api', 'v1'],
  ])('splits %s', (reference, name, tag) => {
    expect(imageParts(reference)).toMatchObject({ repository: name, tag });
  });

  test('is looked for under the usual names only', () => {
    const is = pathTest(dockerfileGlobs);
    expect(['Dockerfile', 'a/b/Dockerfile.dev', 'Dockerfile.node-16.3', 'api.dockerfile', 'Containerfile'].every(is)).toBe(true);
    expect(
      [
        'Dockerfile.dockerignore',
        'docs/Dockerfile.md',
        'dockerfile.ts',
        'a/dockerfile.test.ts',
        'Dockerfile.yml',
        'dockerfile.mjs',
      ].filter(is),
    ).toEqual([]);
  });
});

describe('workflow', () => {
  const text = `name: ci
on: [push, pull_request]
permissions: read-all
jobs:
  build:
    runs-on: \${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-24.04, macos-15]
        node: [18.10, 22]
        include:
          - os: windows-2025
    steps:
      - uses: actions/checkout@v4
        with: { persist-credentials: false }
      - run: |
          npm ci
          npm test
  call:
    uses: ./.github/workflows/other.yml
`;

  test('reads triggers, permissions, matrix and steps with their places', () => {
    const read = value(workflow(file(text)));
    expect(read.triggers.map(({ event }) => event)).toEqual(['push', 'pull_request']);
    expect(read.permissions?.all).toBe('read-all');
    const [build, call] = read.jobs;
    expect(build?.matrix.get('os')).toEqual(['ubuntu-24.04', 'macos-15', 'windows-2025']);
    expect(build?.matrix.get('node')).toEqual(['18.10', '22']);
    const uses = build?.steps[0]?.uses;
    expect(uses && text.slice(uses.start, uses.end)).toBe('uses: actions/checkout@v4');
    expect(build?.steps[1]?.run?.value).toBe('npm ci\nnpm test\n');
    expect(call?.uses?.value).toBe('./.github/workflows/other.yml');
  });

  test.each(['on: push', 'on:\n  push:\n    branches: [main]', 'on:\n  push:'])('reads the trigger of %j', (on) => {
    const read = value(workflow(file(`${on}\njobs: {}\n`)));
    expect(read.triggers.map(({ event }) => event)).toEqual(['push']);
  });

  test('is not every YAML file', () => {
    expect(workflow(file('just: data\n')).ok).toBe(false);
  });
});

describe('gitlab pipeline', () => {
  test('tells jobs from settings', () => {
    const text =
      'stages: [test]\nvariables: { A: b }\nunit:\n  script:\n    - npm ci\n    - npm test\n  id_tokens: { T: { aud: x } }\n';
    const read = value(gitlabPipeline(file(text)));
    expect(read.jobs.map(({ id, script, idTokens }) => [id, script.map((line) => line.text), idTokens !== null])).toEqual([
      ['unit', ['npm ci', 'npm test'], true],
    ]);
    expect(read.variables).toMatchObject([{ key: 'A', value: 'b' }]);
  });
});

describe('literalGlob', () => {
  test('matches the path it was made of', () => {
    for (const path of ['a/b.txt', 'a/[id]/(x)/file{1}.ts', 'we!rd/$name+@.md', 'a b/c'])
      expect(pathTest([literalGlob(path)])(path)).toBe(true);
  });
});
