import { describe, expect, test } from 'vitest';
import type { CallTools, LedgerAnswer } from '../tools.ts';
import { collectRepositoryFiles } from './repository-files.ts';

const sha = 'a'.repeat(64);
const ok = (text: string, id = 'call'): LedgerAnswer => ({
  status: 'ok',
  toolCallId: id,
  blocks: [{ sha256: sha, text, truncated: false }],
});

/** What the filesystem server prints for one folder. */
function listing(entries: readonly (readonly [name: string, bytes: number | null])[]): string {
  const files = entries.filter(([, bytes]) => bytes !== null);
  const lines = entries.map(([name, bytes]) =>
    bytes === null ? `[DIR] ${name.padEnd(30)} ` : `[FILE] ${name.padEnd(30)} ${`${bytes} B`.padStart(10)}`,
  );
  return [...lines, '', `Total: ${files.length} files, ${entries.length - files.length} directories`, 'Combined size: 1 B'].join(
    '\n',
  );
}

/** A server with these folders and files; what is not there was never asked. */
const served =
  (folders: Readonly<Record<string, string>>, files: Readonly<Record<string, string>>): CallTools =>
  async (calls) =>
    calls.map(({ tool, args }) => {
      const path = String(args['path'] ?? '');
      if (tool === 'list_allowed_directories') return ok('Allowed directories:\n/repo');
      const found = tool === 'read_text_file' ? files[path] : folders[path];
      return found === undefined ? { status: 'unseen', reason: 'the source was lost' } : ok(found, path);
    });

const context = { asOf: '2026-01-01T00:00:00Z' };

describe('repository files', () => {
  test('a folder that was never listed leaves the population incomplete, and says why', async () => {
    const call = served(
      {
        '/repo': listing([
          ['a.ts', 10],
          ['lost', null],
        ]),
      },
      { '/repo/a.ts': 'export {};' },
    );
    const {
      populations: [population],
      gaps,
    } = await collectRepositoryFiles(call, context);
    expect(population).toMatchObject({ count: 1, complete: false });
    expect(population?.note).toContain('the count is a minimum');
    expect(gaps).toEqual(['the folder lost could not be listed: the source was lost']);
  });

  test.each([
    [['a.png'], '1 file is not text and was listed without being read.'],
    [['a.png', 'b.png'], '2 files are not text and were listed without being read.'],
  ])('of %j the note says %j', async (names, note) => {
    const call = served({ '/repo': listing(names.map((name) => [name, 10])) }, {});
    expect((await collectRepositoryFiles(call, context)).populations[0]?.note).toBe(note);
  });

  test('nothing at all was seen: an empty, incomplete population, no crash', async () => {
    const call: CallTools = async (calls) => calls.map(() => ({ status: 'unseen', reason: 'down' }));
    const {
      populations: [population],
      evidence,
    } = await collectRepositoryFiles(call, context);
    expect(population).toMatchObject({ count: 0, complete: false });
    expect(evidence.listing.blobSha256s).toEqual([]);
  });

  test('a listing that a name with a line break damaged is no listing', async () => {
    const call = served({ '/repo': `${listing([['a.ts', 10]])}\n[FILE] forged 1 B` }, {});
    const {
      populations: [population],
      gaps,
    } = await collectRepositoryFiles(call, context);
    expect(population).toMatchObject({ count: 0, complete: false });
    expect(gaps[0]).toMatch(/could not be listed/);
  });

  test('ignore files are cited with the listing, because they decide what is counted', async () => {
    const folders = {
      '/repo': listing([
        ['.gitignore', 5],
        ['out', null],
        ['a.ts', 10],
      ]),
    };
    const call = served(folders, { '/repo/.gitignore': 'out/\n', '/repo/a.ts': 'export {};' });
    const {
      evidence,
      populations: [population],
    } = await collectRepositoryFiles(call, context);
    expect(evidence.listing.toolCallIds).toEqual(['/repo', '/repo/.gitignore']);
    expect(population).toMatchObject({ count: 2, complete: true });
  });

  test.each([
    ['bytes that are not UTF-8', 'caf\ufffd', 'not-utf8'],
    ['NUL bytes', 'MZ\u0000', 'binary'],
  ])('a file with %s is listed, not judged', async (_, text, reason) => {
    const call = served({ '/repo': listing([['a.txt', 10]]) }, { '/repo/a.txt': text });
    const { evidence } = await collectRepositoryFiles(call, context);
    expect(evidence.files[0]?.content).toMatchObject({ kind: 'not-read', reason });
  });
});
