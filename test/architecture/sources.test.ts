import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { broken } from './source-rules.ts';

const root = resolve(import.meta.dirname, '../..');

async function sources(): Promise<string[]> {
  const folders = ['bench', 'cli', 'eval', 'functions', 'infra', 'lib', 'local', 'test', 'web'];
  const listed = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  return listed
    .flat()
    .map((path) => relative(root, path))
    .filter((path) => !path.startsWith('test/planted/'));
}

test('every source keeps the rules that no import tells of', async () => {
  const paths = await sources();
  const found = await Promise.all(
    paths.map(async (path) => ({ path, broken: broken(path, await readFile(join(root, path), 'utf8')) })),
  );
  expect(found.filter((file) => file.broken.length > 0)).toEqual([]);
  expect(paths.length).toBeGreaterThan(300);
});

describe('the rules', () => {
  test.each([
    ['the clock', 'lib/domain/a.ts', 'export const now = (): number => Date.now();'],
    ['the date of today', 'lib/domain/a.ts', 'export const today = (): Date => new Date();'],
    ['the machine', 'lib/checks/x/a.ts', 'export const on = process.platform;'],
    ['the network', 'lib/checks/x/a.ts', "export const get = () => fetch('https://example.com');"],
    ['chance', 'lib/domain/a.ts', 'export const luck = (): number => Math.random();'],
    ['the environment in an agent', 'lib/agents/a.ts', 'export const key = process.env.OPENAI_API_KEY;'],
    ['the environment in a function', 'functions/api/x/handler.ts', 'export const level = process.env.LOG_LEVEL;'],
    ['a bare fetch beside the MCP client', 'lib/mcp/a.ts', 'export const get = (url: string) => fetch(url);'],
    ['a bare fetch that is handed on', 'lib/mcp/oauth/a.ts', 'export const options = { fetch: fetch };'],
    ['a bare fetch in short', 'lib/auth/a.ts', 'export const options = { fetch };'],
    ["the platform's fetch by its long name", 'lib/auth/a.ts', 'export const get = globalThis.fetch;'],
    [
      'a bare fetch below one that is given',
      'lib/mcp/a.ts',
      'export const a = (fetch: () => void) => fetch();\nexport const b = () => fetch("x");',
    ],
    ['another HTTP client', 'lib/mcp/a.ts', "import { request } from 'node:https';\nexport const get = request;"],
    ['another HTTP client, loaded late', 'lib/auth/a.ts', "export const client = () => import('undici');"],
    ['a bare socket', 'lib/mcp/a.ts', "export { connect } from 'net';"],
    ['a handler of 41 lines', 'functions/api/x/handler.ts', 'const line = 1;\n'.repeat(41)],
    ['zod by name', 'local/a.ts', "import { z } from 'zod';"],
    ['zod by default', 'local/a.ts', "import z from 'zod';"],
  ])('catch %s', (_, path, text) => {
    expect(broken(path, text)).toHaveLength(1);
  });

  test.each([
    ['a date that is given', 'lib/domain/a.ts', 'export const at = (ms: number): Date => new Date(ms);'],
    ['a test', 'lib/domain/a.test.ts', 'export const now = Date.now();'],
    ['the one reader', 'lib/runtime/config.ts', 'export const all = process.env;'],
    ['a fetch that is given', 'lib/mcp/a.ts', 'export const get = (fetch: (url: string) => void) => fetch("x");'],
    ['a fetch out of options', 'lib/mcp/a.ts', 'export const get = (o: { fetch(u: string): void }) => o.fetch("x");'],
    ['a fetch taken apart', 'lib/mcp/a.ts', 'export const get = ({ fetch }: { fetch(u: string): void }) => ({ fetch });'],
    ['the fetch of the signing keys', 'lib/auth/bounded-fetch.ts', 'export const get = (url: string) => fetch(url);'],
    ['a handler of 40 lines', 'functions/api/x/handler.ts', 'const line = 1;\n'.repeat(40)],
    ['zod as a namespace', 'local/a.ts', "import * as z from 'zod';"],
  ])('let %s pass', (_, path, text) => {
    expect(broken(path, text)).toEqual([]);
  });
});
