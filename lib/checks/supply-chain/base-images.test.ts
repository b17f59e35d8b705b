import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../check.ts';
import { judge } from '../testing.ts';
import { baseImages as check } from './base-images.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

describe('base-images-pinned', () => {
  test.each<[string, CheckOutcome]>([
    [`FROM node:22-alpine@${digest} AS build\nRUN ls\nFROM build\n`, 'pass'],
    [`ARG IMAGE=node:22@${digest}\nFROM \${IMAGE}\n`, 'pass'],
    [`FROM node@${digest} AS a\nFROM scratch\nCOPY --from=a /x /x\n`, 'pass'],
    ['FROM node:22-alpine\n', 'fail'],
    [`FROM node@${digest}\nFROM nginx\n`, 'fail'],
    ['ARG IMAGE\nFROM $IMAGE\n', 'unknown'],
    ['FROM scratch\nCOPY x /x\n', 'not-applicable'],
    ['RUN ls\n', 'unknown'],
  ])('judges %j', async (text, expected) => {
    expect((await judge(check, { 'api/Dockerfile': text })).results).toEqual({ 'api/Dockerfile': expected });
  });

  test('quotes the FROM that is not fixed', async () => {
    const judged = await judge(check, { Dockerfile: `FROM a@${digest} AS a\nFROM nginx:1.27 AS web\n` });
    expect(judged.quotes('Dockerfile')).toBe('FROM nginx:1.27 AS web');
  });
});
