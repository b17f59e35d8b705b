import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { endOfLifeRuntime as check } from './end-of-life-runtime.ts';
import { type Runtime, supportedLines, supportOf } from './lifecycles.ts';

const ci = '.github/workflows/ci.yml';
const setup = (action: string, input: string, value: string, job = ''): string =>
  `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n${job}    steps:\n      - uses: actions/${action}@v4\n        with:\n          ${input}: ${value}\n`;
const matrix = (versions: string): string => `    strategy: { matrix: { v: ${versions} } }\n`;

describe('end-of-life-runtime, on 2026-11-23', () => {
  test.each<[string, string, CheckOutcome]>([
    ['Dockerfile', 'FROM node:24-alpine\n', 'pass'],
    ['Dockerfile', 'FROM node:16-alpine AS build\nFROM nginx:1.27\n', 'fail'],
    ['Dockerfile', 'FROM node:lts-slim\n', 'pass'],
    ['Dockerfile', 'FROM node\n', 'pass'],
    ['Dockerfile', 'FROM python:3\n', 'pass'],
    ['Dockerfile', 'FROM python:3.9-slim-bookworm\n', 'fail'],
    ['Dockerfile', 'FROM public.ecr.aws/lambda/nodejs:18\n', 'fail'],
    ['Dockerfile', 'FROM gcr.io/distroless/nodejs20-debian12\n', 'fail'],
    ['Dockerfile', 'FROM eclipse-temurin:21-jre\n', 'pass'],
    ['Dockerfile', 'FROM openjdk:16\n', 'fail'],
    ['Dockerfile', 'FROM golang:1.22\n', 'fail'],
    ['Dockerfile', 'FROM node:99\n', 'unknown'],
    ['.nvmrc', 'v20.11.0\n', 'fail'],
    ['.nvmrc', 'lts/*\n', 'pass'],
    ['.python-version', '3.12.4\n', 'pass'],
    ['.ruby-version', 'ruby-2.7.8\n', 'fail'],
    ['.tool-versions', 'nodejs 22.3.0\npython 3.8.1\n', 'fail'],
    ['runtime.txt', 'python-3.8.19\n', 'fail'],
    ['package.json', '{"engines":{"node":">=18"}}', 'pass'],
    ['package.json', '{"engines":{"node":"^16.0.0 || ^18"}}', 'fail'],
    ['package.json', '{"engines":{"node":"14.x"}}', 'fail'],
    ['.gitlab-ci.yml', 'image: python:3.8\nt: { script: [ls] }\n', 'fail'],
    ['.gitlab-ci.yml', 't: { image: { name: "node:24" }, script: [ls] }\n', 'pass'],
    [ci, setup('setup-node', 'node-version', '18'), 'fail'],
    [ci, setup('setup-node', 'node-version', `\${{ matrix.v }}`, matrix('[18, 22]')), 'pass'],
    [ci, setup('setup-node', 'node-version', `\${{ matrix.v }}`, matrix('[16, 18]')), 'fail'],
    [ci, setup('setup-python', 'python-version', '"3.10"'), 'fail'],
    [ci, setup('setup-python', 'python-version', '|\n            3.9\n            3.13\n'), 'pass'],
    [ci, setup('setup-go', 'go-version', 'stable'), 'pass'],
    [ci, setup('setup-go', 'go-version', "'^1.22'"), 'pass'],
    [ci, setup('setup-java', 'java-version', '8'), 'pass'],
    [ci, setup('setup-java', 'java-version', '"15"'), 'fail'],
  ])('%s: %j', async (path, text, expected) => {
    expect((await judge(check, { [path]: text })).results).toEqual({ [path]: expected });
  });

  test('compares with the day of the assessment', async () => {
    const on = async (day: string) => (await judge(check, { '.nvmrc': '20' }, { asOf: `${day}T23:00:00Z` })).results['.nvmrc'];
    expect([await on('2026-04-30'), await on('2026-05-01')]).toEqual(['pass', 'fail']);
  });

  test('has no subject where no version is named', async () => {
    expect((await judge(check, { 'README.md': '' })).results).toEqual({ repository: 'not-applicable' });
    expect((await judge(check, { 'package.json': '{}' })).results).toEqual({ repository: 'not-applicable' });
  });
});

describe('supportOf', () => {
  test('never changes back from ended', () => {
    const day = fc
      .date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
    const runtime = fc.constantFrom<Runtime>('node', 'python', 'go', 'java', 'ruby');
    fc.assert(
      fc.property(runtime, day, day, (name, a, b) => {
        const [earlier, later] = a < b ? [a, b] : [b, a];
        const then = supportedLines(name, earlier);
        expect(supportedLines(name, later).every((line) => then.includes(line))).toBe(true);
      }),
    );
  });

  test.each<[Runtime, string, string]>([
    ['java', '1.8', 'supported'],
    ['java', '1.6', 'ended'],
    ['python', '2.6', 'ended'],
    ['node', 'v0.12', 'ended'],
    ['ruby', '9.9', 'unlisted'],
    ['go', '1', 'moving'],
  ])('%s %s is %s', (runtime, version, expected) => {
    expect(supportOf(runtime, version, '2026-11-23')).toBe(expected);
  });
});
