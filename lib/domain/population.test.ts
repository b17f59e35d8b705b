import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { byText } from './order.ts';
import { evaluatePredicate, type ListingBlob, populationOf } from './population.ts';
import { commit, treeListings } from './testing.ts';

const listing = (tool: string, args: Record<string, unknown>, text: string, truncated = false): ListingBlob => ({
  tool,
  args,
  index: 0,
  bytes: Buffer.from(text),
  truncated,
});
const tree = (root: string, files: Record<string, number>): ListingBlob[] =>
  [...treeListings(root, files)].map(([path, text]) => listing('list_directory_with_sizes', { path }, text));
const shop = tree('/data/shop', {
  'package.json': 300,
  'src/cart.ts': 900,
  '.github/workflows/ci.yml': 1200,
  'docs/README.md': 10,
});
const globs = (...list: string[]) => ({ name: 'path-matches', args: { globs: list } }) as const;

describe('files', () => {
  test('paths are relative to the shortest listed path', () => {
    expect(populationOf(shop).files).toEqual(['.github/workflows/ci.yml', 'docs/README.md', 'package.json', 'src/cart.ts']);
  });

  test.each(['/data/shop', '/data/shop/', '.', '/'])('the root may be written as %s', (root) => {
    const base = root.replace(/\/$/, '');
    const blobs = tree(base, { 'a.txt': 1, 'sub/b.txt': 1 }).map((one) =>
      one.args['path'] === base ? { ...one, args: { path: root } } : one,
    );
    expect(populationOf(blobs).files).toEqual(['a.txt', 'sub/b.txt']);
  });

  test('absence: nothing of four files matches', () => {
    expect(evaluatePredicate(globs('CODEOWNERS', '.github/CODEOWNERS'), shop)).toEqual({ ok: true, count: 0, total: 4 });
  });

  test('globs see dot files and ignore case', () => {
    expect(evaluatePredicate(globs('**/readme.md', '.GITHUB/**'), shop)).toMatchObject({ count: 2 });
    expect(evaluatePredicate(globs(), shop)).toMatchObject({ count: 0 });
    expect(evaluatePredicate({ name: 'any', args: {} }, shop)).toMatchObject({ count: 4 });
  });

  test('directories that were seen but never listed are named', () => {
    const partial = shop.filter((one) => one.args['path'] !== '/data/shop/src');
    expect(populationOf(partial).unlistedDirectories).toEqual(['src']);
  });

  test('cited ignore files leave out what the collector left out, deeper files overriding', () => {
    const blobs = [
      ...tree('/r', {
        '.gitignore': 9,
        '.env': 1,
        'app.log': 1,
        'src/.gitignore': 9,
        'src/keep.log': 1,
        'src/a.ts': 1,
        'legacy.sql': 1,
      }),
      listing('read_text_file', { path: '/r/.gitignore' }, '*.log\n.env\n'),
      listing('read_text_file', { path: '/r/src/.gitignore' }, '!keep.log\n'),
      listing('read_text_file', { path: '/r/.assayignore' }, 'legacy.sql\n'),
    ];
    expect(populationOf(blobs).files).toEqual(['.gitignore', 'src/.gitignore', 'src/a.ts', 'src/keep.log']);
    expect(populationOf(blobs.slice(0, -3)).files).toHaveLength(7);
  });

  test.each([
    ['a cut listing', [...shop.slice(1), { ...shop[0], truncated: true } as ListingBlob], 'cut at the size cap'],
    ['a damaged listing', [listing('list_directory_with_sizes', { path: '/x' }, 'Access denied')], 'cannot be read'],
    ['bytes that are no text', [{ ...listing('git_log', {}, ''), bytes: Buffer.from([0xff]) }], 'not UTF-8'],
    ['a tool that lists nothing', [listing('search_files', { path: '/x' }, '')], 'no listing tool'],
    ['a directory outside of the root', [...shop, ...tree('/elsewhere', { a: 1 }).map((one) => one)], 'not under'],
  ])('nothing is counted in %s', (_, blobs, reason) => {
    expect(evaluatePredicate(globs('**'), blobs)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  test('counts what the glob library selects, for any tree', () => {
    const name = fc.stringMatching(/^[a-z.]{1,6}[a-z]$/);
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 15 }), (paths) => {
        const files = paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`)));
        const blobs = tree('/r', Object.fromEntries(files.map((one) => [one, 1])));
        const test = picomatch(['**/*a'], { dot: true, nocase: true });
        expect(populationOf(blobs).files).toEqual([...files].sort(byText));
        expect(evaluatePredicate(globs('**/*a'), blobs)).toMatchObject({ count: files.filter((one) => test(one)).length });
      }),
    );
  });
});

describe('git', () => {
  const sha = (digit: string): string => digit.repeat(40);
  const commits = [
    commit({ sha: sha('a'), parents: [sha('b'), sha('c')], signature: 'G' }),
    commit({ sha: sha('b'), signature: 'N' }),
    commit({ sha: sha('c'), signature: 'U' }),
  ];
  const log = listing('git_log', {}, commits.map((one) => JSON.stringify(one)).join('\n'));
  const tags = listing('git_tags', {}, '{"name":"v1.0.0","signed":true}\n{"name":"beta","signed":false}\n');

  test('commits by signature and by parents', () => {
    expect(evaluatePredicate({ name: 'commit-signature-in', args: { letters: 'GU' } }, [log])).toMatchObject({
      count: 2,
      total: 3,
    });
    expect(evaluatePredicate({ name: 'commit-parents-at-least', args: { parents: 2 } }, [log])).toMatchObject({ count: 1 });
    expect(evaluatePredicate({ name: 'any', args: {} }, [log, tags])).toMatchObject({ count: 3 });
  });

  test('overlapping pages of a log count each commit once', () => {
    expect(evaluatePredicate({ name: 'any', args: {} }, [log, log])).toMatchObject({ count: 3 });
  });

  test('tags by name', () => {
    expect(evaluatePredicate({ name: 'tag-matches', args: { globs: ['v*'] } }, [log, tags])).toMatchObject({
      count: 1,
      total: 2,
    });
  });

  test('a predicate about files says nothing about a log', () => {
    expect(evaluatePredicate(globs('**'), [log])).toEqual({ ok: false, reason: 'None of the cited calls lists files' });
  });
});
