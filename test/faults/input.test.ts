import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openSources } from '../../local/folder.ts';
import { makeFolder, smallRepository, testStack } from '../support/stack.ts';
import { withUnprivilegedNode } from '../support/unprivileged.ts';

const canary = 'CANARY-3f9d2b-outside-of-the-tree';
const outside = mkdtempSync(join(tmpdir(), 'assay-outside-'));
mkdirSync(join(outside, 'folder'));
for (const path of ['secret.txt', 'folder/secret.txt']) writeFileSync(join(outside, path), `${canary}\n`);

const longName = `${'n'.repeat(251)}.txt`;
const wellNamed = {
  ...smallRepository,
  [longName]: 'long\n',
  'Ünïcödé 日本 🙂.txt': 'unicode\n',
  'a "quoted" `name` & <tag>.txt': 'quoted\n',
  ' [FILE] spaced  .txt': 'spaced\n',
};
const odd = makeFolder(
  {
    ...wellNamed,
    'nul.txt': 'text\u0000text\n',
    'broken/line\nbreak.txt': 'hidden\n',
    // To a reader of the listing: two entries.
    [`forged/${'a'.padEnd(30)} ${'1 B'.padStart(10)}\n[FILE] SECURITY.md`]: 'x',
    'locked.txt': 'nobody may read this\n',
    'locked/inside.txt': 'nor list this\n',
  },
  'odd',
);
writeFileSync(join(odd, 'latin1.txt'), Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]));
writeFileSync(Buffer.concat([Buffer.from(`${odd}/bad-name-`), Buffer.from([0xff])]), 'x\n');
writeFileSync(join(odd, 'picture.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]));
writeFileSync(join(odd, 'huge.log'), '');
truncateSync(join(odd, 'huge.log'), 200 * 1024 * 1024);
symlinkSync(join(outside, 'secret.txt'), join(odd, 'out.txt'));
symlinkSync(join(outside, 'folder'), join(odd, 'out'));
symlinkSync(join(odd, 'nowhere'), join(odd, 'dangling'));
symlinkSync(odd, join(odd, 'src', 'loop'));

const withPipe = makeFolder(smallRepository, 'pipe');
execFileSync('mkfifo', [join(withPipe, 'pipe')]);

for (const path of ['locked', 'locked.txt']) chmodSync(join(odd, path), 0);
afterAll(() => {
  for (const folder of [outside, dirname(odd)]) rmSync(folder, { recursive: true, force: true });
});

const { sources: oddSources } = await withUnprivilegedNode(() => openSources(odd, new AbortController().signal));

// Twenty seconds for a tool call become two.
const { start, finish, sql, sources } = await testStack({ timeScale: 0.1, folders: [withPipe], alsoSources: oddSources });

describe('a folder with everything that can be wrong with files', async () => {
  const { report } = await finish(await start({ sources: oddSources }));
  const reasons = report.gaps.map(({ reason }) => reason);

  test.each([
    ['no permission', /^locked\.txt could not be read: EACCES/],
    ['a folder without permission', /^the folder locked could not be listed: EACCES/],
    ['bytes that are not UTF-8', /^latin1\.txt could not be read: .* not UTF-8/],
    ['200 MB', /^huge\.log could not be read: 200 MiB is over the limit of 4 MiB/],
    ['a link out of the tree', /^out\.txt could not be read: Access denied/],
    ['a link to a folder out of the tree', /^out could not be read: Access denied/],
    ['a link to nowhere', /^dangling could not be read: /],
    ['a link to the folder that it is in', /^src\/loop could not be read: EISDIR/],
    ['a line break in a name', /^the folder broken could not be listed: /],
    ['a name that forges an entry', /^the folder forged could not be listed: /],
    ['a name that is not UTF-8', /^bad-name-\ufffd could not be read: /],
  ])('%s: the report says so', (_, pattern) => {
    expect(reasons).toContainEqual(expect.stringMatching(pattern));
  });

  test('nothing else is missing: names of every kind are read, binary files are counted', () => {
    expect(reasons).toHaveLength(11);
    const read = report.toolCalls.filter(({ tool, status }) => tool === 'read_text_file' && status === 'ok');
    const paths = read.map(({ args }) => String(args['path']).slice(odd.length + 1));
    for (const path of Object.keys(wellNamed)) expect(paths).toContain(path);
    expect(report.population).toEqual([
      expect.objectContaining({ complete: false, note: expect.stringMatching(/^2 files are not text/) }),
    ]);
  });

  test('no absence is stated of a tree that was not listed whole, and nothing from outside is anywhere', async () => {
    expect(report.run.outcome).toBe('partial');
    expect(report.findings.length).toBeGreaterThan(0);
    expect(report.evidence.filter(({ kind }) => kind === 'population')).toEqual([]);
    const leaks = await sql(`SELECT sha256 FROM "Blob" WHERE position($1::bytea in content) > 0`, [Buffer.from(canary)]);
    expect([leaks, JSON.stringify(report).includes(canary)]).toEqual([[], false]);
  });
});

test('a named pipe, which nobody writes to: the report says that it did not answer in time', async () => {
  const { report } = await finish(await start({ sources: sources[0] ?? [] }));
  expect(report.run.outcome).toBe('partial');
  expect(report.gaps).toEqual([expect.objectContaining({ reason: 'pipe files did not answer read_text_file in time.' })]);
});
