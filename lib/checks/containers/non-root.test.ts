// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfile variables look like JavaScript's
import { describe, expect, test } from 'vitest';
import { judge } from '../testing.ts';
import { nonRoot as check } from './non-root.ts';

const outcome = async (files: Record<string, string>) => Object.values((await judge(check, files)).results);

describe('Dockerfiles', () => {
  test.each([
    ['FROM node:24\nUSER node\n', 'pass'],
    ['FROM node:24\nUSER 1000:1000\n', 'pass'],
    ['FROM node:24\nUSER root\n', 'fail'],
    ['FROM node:24\nUSER node\nUSER 0\n', 'fail'],
    ['FROM node:24\nCMD ["node", "x.js"]\n', 'fail'],
    ['FROM scratch\nCOPY x /x\n', 'fail'],
    ['FROM golang:1 AS build\nUSER nobody\nFROM alpine:3\nCOPY --from=build /x /x\n', 'fail'],
    ['FROM node:24 AS base\nUSER node\nFROM base\nCMD ["x"]\n', 'pass'],
    ['FROM gcr.io/distroless/nodejs24:nonroot\nCMD ["x"]\n', 'pass'],
    ['FROM registry.acme.example/base:1\nCMD ["x"]\n', 'unknown'],
    ['FROM node:24\nARG UID=10001\nUSER ${UID}\n', 'pass'],
    ['FROM node:24\nARG UID\nUSER ${UID}\n', 'unknown'],
    ['FROM postgres:18\nENTRYPOINT ["gosu", "postgres"]\n', 'unknown'],
    ['FROM debian:13\nENTRYPOINT ["gosu", "app"]\n', 'unknown'],
    ['not a dockerfile', 'unknown'],
  ])('%j is %s', async (text, expected) => {
    expect((await judge(check, { Dockerfile: text })).results).toEqual({ Dockerfile: expected });
  });

  test('cites the instruction that decides', async () => {
    const judged = await judge(check, { Dockerfile: 'FROM node:24@sha256:00\r\nRUN x\r\nUSER app # not root\r\n' });
    expect(judged.quotes('Dockerfile')).toMatch(/^USER app/);
  });

  test('leaves development and test files out', async () => {
    const text = 'FROM node:24\n';
    expect(await outcome({ 'Dockerfile.dev': text, '.devcontainer/Dockerfile': text, 'test/Dockerfile': text })).toEqual([
      'not-applicable',
    ]);
  });
});

describe('manifests', () => {
  const deployment = (pod: string, container = '') =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n${pod}      containers:\n        - name: api\n          image: x\n${container}`;
  const podContext = '      securityContext:\n        runAsNonRoot: true\n';
  const own = (line: string) => `          securityContext:\n            ${line}\n`;
  test.each([
    [deployment(podContext), 'pass'],
    [deployment(''), 'unknown'],
    [deployment('', own('runAsUser: 0')), 'fail'],
    [deployment('', own('runAsUser: 1000')), 'pass'],
    [deployment(podContext, own('runAsUser: 0')), 'fail'],
    [deployment(podContext, own('privileged: true')), 'fail'],
    ['apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n  x: {{- y }}\n', 'unknown'],
  ])('%j is %s', async (text, expected) => {
    expect(await outcome({ 'deploy/api.yaml': text })).toEqual([expected]);
  });

  test('compose services count where they say something', async () => {
    const text = 'services:\n  api:\n    user: "1000"\n  db:\n    image: x\n  agent:\n    privileged: true\n';
    expect((await judge(check, { 'compose.yaml': text })).results).toEqual({
      'compose.yaml#service/api': 'pass',
      'compose.yaml#service/agent': 'fail',
    });
  });
});
