import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { UnparsableListing } from './errors.ts';
import { parseCommitLog, parseDirectoryListing, parseTagList } from './listings.ts';
import { commit, directoryListing } from './testing.ts';

describe('parseDirectoryListing', () => {
  test('reads what the filesystem server prints, name by name', async () => {
    const sizes = { 'a name with  spaces.txt': 123, 'package-lock.json': 2048, empty: 0, 'naïve.md': 7 };
    const long = 'a-name-that-is-longer-than-thirty-characters and ends in a blank ';
    const entries = parseDirectoryListing(await listedByServer({ ...sizes, [long]: 1_572_864 }, ['src']));
    const expected = [
      ...Object.entries({ ...sizes, [long]: 1_572_864 }).map(([name, sizeBytes]) => ({ name, isDirectory: false, sizeBytes })),
      { name: 'src', isDirectory: true, sizeBytes: null },
    ];
    expect(entries).toHaveLength(expected.length);
    expect(entries).toEqual(expect.arrayContaining(expected));
  });

  test('an empty directory lists nothing', () => {
    expect(parseDirectoryListing(directoryListing({}))).toEqual([]);
  });

  test('a file whose name imitates a second entry is noticed by the totals', () => {
    const name = `${'a'.padEnd(30)}       12 B\n[FILE] innocent.txt`;
    expect(() => parseDirectoryListing(directoryListing({ [name]: 12 }))).toThrow(UnparsableListing);
  });

  test.each([
    ['an error message', 'Error: ENOENT: no such file or directory'],
    ['a cut listing', directoryListing({ a: 1, b: 2 }).slice(0, -30)],
    ['a name with a line break', directoryListing({ 'a\nb': 1 })],
    ['a line without a size', directoryListing({ a: 1 }).replace('1 B\n', '? B\n')],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(() => parseDirectoryListing(text)).toThrow(UnparsableListing);
  });
});

/** Lists a fresh directory through the real server, over its own protocol. */
async function listedByServer(files: Readonly<Record<string, number>>, directories: readonly string[]): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'listing-')));
  for (const [name, size] of Object.entries(files)) await writeFile(join(root, name), Buffer.alloc(size));
  for (const name of directories) await mkdir(join(root, name));
  const server = 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js';
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [server, root], stderr: 'ignore' }));
  try {
    const result = await client.callTool({ name: 'list_directory_with_sizes', arguments: { path: root } });
    return z.object({ content: z.tuple([z.object({ text: z.string() })]) }).parse(result).content[0].text;
  } finally {
    await client.close();
    await rm(root, { recursive: true });
  }
}

describe('git listings', () => {
  test('each commit knows the bytes of its line', () => {
    const first = JSON.stringify(commit({ subject: 'grüß' }));
    const second = JSON.stringify(commit({ sha: 'b'.repeat(40) }));
    const rows = parseCommitLog(`${first}\n${second}\n`);
    expect(rows.map(({ start, end }) => Buffer.from(`${first}\n${second}\n`).subarray(start, end).toString())).toEqual([
      first,
      second,
    ]);
  });

  test('tags, and an empty list of them', () => {
    expect(parseTagList('{"name":"v1","signed":true}\n')).toMatchObject([{ name: 'v1', signed: true }]);
    expect(parseTagList('')).toEqual([]);
  });

  test('anything but the agreed shape is refused, not skipped', () => {
    expect(() => parseCommitLog('{"sha":"abc"}')).toThrow(UnparsableListing);
    expect(() => parseTagList('fatal: not a git repository')).toThrow(UnparsableListing);
  });
});
