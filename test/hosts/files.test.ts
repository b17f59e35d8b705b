/** Repository files through the hosts' servers: what is listed, what is left out, and that whoever verifies counts the same. */
import { describe, expect, test } from 'vitest';
import { collectorFor } from '../../lib/agents/extraction/collectors.ts';
import type { FileContent, RepositoryFiles } from '../../lib/checks/check.ts';
import { absent } from '../../lib/checks/cite.ts';
import type { EvidenceItem } from '../../lib/contract/report.ts';
import { byText } from '../../lib/domain/order.ts';
import { evidenceChecker } from '../../lib/report/check-evidence.ts';
import { callsTo, type HostCalls } from '../support/hosts/calls.ts';
import { OWNER, REPO, serveGithub } from '../support/hosts/github.ts';
import { PROJECT, serveGitlab } from '../support/hosts/gitlab.ts';
import { repositoryOf } from '../support/hosts/repository.ts';

const asOf = '2026-11-25T12:00:00.000Z';
const shop: Readonly<Record<string, string>> = {
  'README.md': '# Shop\n',
  '.gitignore': '.env\nnode_modules\n',
  '.env': 'TOKEN=a\n',
  '.assayignore': 'legacy/\n',
  'legacy/old.js': 'old();\n',
  'node_modules/left/index.js': 'left();\n',
  'src/a.ts': 'export const a = 1;\nexport const name = "é";\n',
  'src/deep/b.ts': 'export const b = 2;\n',
  'src/deep/empty.ts': '',
  'docs/logo.bin': 'a\u0000b',
};
const kept = [
  '.assayignore',
  '.env',
  '.gitignore',
  'README.md',
  'docs/logo.bin',
  'src/a.ts',
  'src/deep/b.ts',
  'src/deep/empty.ts',
];

async function collected(profile: 'github' | 'gitlab', { call }: HostCalls) {
  const scope = profile === 'github' ? { repository: `${OWNER}/${REPO}` } : { project: PROJECT };
  const { evidence, gaps, populations } = await collectorFor(profile, 'repository-files')(call, { asOf, scope });
  if (evidence.capability !== 'repository-files') throw new Error('other evidence');
  return { evidence, gaps, populations };
}

const id = '00000000-0000-4000-8000-000000000001';

/** How many files whoever verifies counts, from the ledger alone. */
function counted({ ledger, blobs }: HostCalls, { listing, files }: RepositoryFiles): string | number {
  const { toolCallIds, blobSha256s } = listing;
  const predicate = { name: 'any' as const, args: {} };
  const statement = `${files.length} files`;
  const cited = { toolCallIds: [...toolCallIds], blobSha256s: [...blobSha256s] };
  const item: EvidenceItem = { id, kind: 'population', ...cited, predicate, count: files.length, statement, collectedAt: asOf };
  const checked = evidenceChecker(ledger, blobs)(item);
  return checked.ok ? files.length : checked.reason;
}

/** A quote from where the file begins. */
const excerptOf = ({ toolCallId, blobSha256 }: Extract<FileContent, { kind: 'text' }>, quote: string): EvidenceItem => ({
  ...{ id, kind: 'excerpt', toolCallId, blobSha256, quote, state: 'verified', collectedAt: asOf },
  start: 0,
  end: Buffer.byteLength(quote),
});

const served = {
  github: () => serveGithub({ repository: repositoryOf(shop) }),
  gitlab: () => serveGitlab({ repository: repositoryOf(shop) }),
};

describe.each(['github', 'gitlab'] as const)('%s', (profile) => {
  test('what is tracked is listed, whatever .gitignore says; .assayignore and installed packages are left out', async () => {
    const calls = await callsTo(await served[profile]());
    const { evidence, gaps } = await collected(profile, calls);
    expect(evidence.files.map(({ path }) => path)).toEqual(kept);
    expect(evidence.listing).toMatchObject({ complete: true });
    expect(evidence.listing.note).toContain('1 entry that .assayignore puts out of scope was left out');
    expect(gaps).toEqual([]);
    expect(counted(calls, evidence)).toBe(kept.length);
    expect(calls.ledger.some(({ args }) => JSON.stringify(args).includes('node_modules'))).toBe(false);
  });

  test('a file is its own bytes, several lines of it can be quoted, and what is no text is not', async () => {
    const calls = await callsTo(await served[profile]());
    const { evidence } = await collected(profile, calls);
    const at = (path: string) => evidence.files.find((file) => file.path === path)?.content;
    expect(at('src/a.ts')).toMatchObject({ kind: 'text', text: shop['src/a.ts'] });
    expect(at('src/deep/empty.ts')).toMatchObject({ kind: 'text', text: '' });
    expect(at('docs/logo.bin')).toMatchObject({ kind: 'not-read', reason: 'binary' });
    const content = at('src/a.ts');
    if (content?.kind !== 'text') throw new Error('not read');
    const item = excerptOf(content, content.text);
    expect(evidenceChecker(calls.ledger, calls.blobs)(item)).toMatchObject({ ok: true, item: { state: 'verified' } });
  });

  test('a repository that is not there is a gap, and nothing is said to be absent from it', async () => {
    const calls = await callsTo(await served[profile]());
    const scope = { repository: 'acme/other', project: 'acme/other' };
    const { evidence, gaps } = await collectorFor(profile, 'repository-files')(calls.call, { asOf, scope });
    expect(gaps[0]).toContain('404');
    expect(evidence.capability === 'repository-files' && absent(evidence, 'repository', ['LICENSE'], 'none').result).toBe(
      'unknown',
    );
  });
});

describe('GitHub', () => {
  test.each([
    [5, 'the tree comes directory by directory where it is too long for one answer'],
    [8, 'and each directory whole where it fits'],
  ])('at %i entries an answer %s', async (treeLimit) => {
    const paths = Array.from({ length: 12 }, (_, index) => `d${index % 4}/e${index % 2}/f${index}.ts`);
    const repository = repositoryOf(Object.fromEntries(paths.map((path) => [path, `${path}\n`])));
    const calls = await callsTo(await serveGithub({ repository, treeLimit }));
    const { evidence } = await collected('github', calls);
    expect(evidence.files.map(({ path }) => path)).toEqual([...paths].sort(byText));
    expect(evidence.listing.complete).toBe(true);
    expect(counted(calls, evidence)).toBe(paths.length);
  });

  test('a directory that is too long by itself leaves the listing incomplete', async () => {
    const calls = await callsTo(await serveGithub({ repository: repositoryOf(shop), treeLimit: 2 }));
    const { evidence, gaps } = await collected('github', calls);
    expect(evidence.listing.complete).toBe(false);
    expect(gaps[0]).toContain('The host cut it short');
  });

  test('every call names the commit', async () => {
    const repository = repositoryOf(shop);
    const calls = await callsTo(await serveGithub({ repository }));
    await collected('github', calls);
    const [first, ...later] = calls.ledger;
    expect(first?.tool).toBe('list_commits');
    expect(later.filter(({ args }) => !JSON.stringify(args).includes(repository.commit))).toEqual([]);
  });
});

describe('GitLab', () => {
  test('a tree of many pages is listed to its end', async () => {
    const paths = Array.from({ length: 250 }, (_, index) => `f${index}.ts`);
    const repository = repositoryOf(Object.fromEntries(paths.map((path) => [path, 'x\n'])));
    const calls = await callsTo(await serveGitlab({ repository }));
    const { evidence } = await collected('gitlab', calls);
    expect([evidence.files.length, evidence.listing.toolCallIds.length, evidence.listing.complete]).toEqual([250, 3, true]);
    expect(counted(calls, evidence)).toBe(250);
  });

  test('a file beside the answer that is not the one in it is refused', async () => {
    const calls = await callsTo(await served.gitlab());
    const { evidence } = await collected('gitlab', calls);
    const content = evidence.files.find(({ path }) => path === 'README.md')?.content;
    if (content?.kind !== 'text') throw new Error('not read');
    const other = calls.ledger.find(({ args }) => args['file_path'] === 'src/deep/b.ts');
    const answer = other?.blobs[0];
    if (answer === undefined) throw new Error('no answer');
    const swapped = calls.ledger.map((row) =>
      row.id === content.toolCallId ? { ...row, blobs: [answer, ...row.blobs.slice(1)] } : row,
    );
    const item = excerptOf(content, content.text.slice(0, 6));
    expect(evidenceChecker(calls.ledger, calls.blobs)(item)).toMatchObject({ ok: true });
    expect(evidenceChecker(swapped, calls.blobs)(item)).toEqual({
      ok: false,
      reason: expect.stringContaining('is not what the tool sent'),
    });
  });
});
