import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureBareRead } from './assessment/measure.ts';
import { descendants, processOf } from './assessment/usage.ts';
import { bundlesBenchmark } from './benchmarks/bundles.ts';
import { connectionsBenchmark } from './benchmarks/connections.ts';
import { framesBenchmark } from './benchmarks/frames.ts';
import { parseOptions } from './options.ts';
import { writeRepository } from './repository/repository.ts';
import { quantile } from './result.ts';
import { table } from './table.ts';

let folder: string;
const silent = (): void => undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-bench-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the benchmarks run', () => {
  test('a whole assessment, every answer of which meets its frame', { timeout: 90_000 }, async () => {
    const rows = await framesBenchmark({ size: 30, folder, say: silent });
    expect(rows.map(({ subject }) => subject)).toEqual([
      // 30 files, 9 folders, and where they begin.
      'every answer (40)',
      expect.stringMatching(/^last answer of a batch \(\d+\)$/),
    ]);
    for (const { figures } of rows) for (const figure of Object.values(figures)) expect(figure).toBeGreaterThan(0);
  });

  test('the plain loop reads all there is', async () => {
    const repository = join(folder, 'plain');
    const bytes = await writeRepository(repository, 20);
    expect((await measureBareRead(repository)).said).toMatchObject({ files: 20, bytes });
  });

  test('a warm connection asks nothing before its first call', async () => {
    const rows = await connectionsBenchmark({ calls: 20, rounds: 1, folder, say: silent });
    expect(rows.map(({ goal }) => goal?.met)).toEqual([undefined, true, undefined, true]);
    for (const { figures } of rows) expect(Math.max(...Object.values(figures).map(Number))).toBeGreaterThan(0);
  });

  test('a function is larger and slower than an empty one', async () => {
    const [row] = await bundlesBenchmark({ times: 1, functionPaths: ['api/health'], say: silent });
    expect(row?.figures['bytes']).toBeGreaterThan(10_000);
    expect(row?.ratio).toBeGreaterThan(1);
  });
});

test('a process counts with all that it started, and with nothing else', () => {
  const parents = new Map([
    [1, 0],
    [10, 1],
    [11, 10],
    [12, 11],
    [20, 1],
  ]);
  expect(descendants(10, parents)).toEqual([10, 11, 12]);
});

test('a process may be called anything', () => {
  const stat = `42 (a) S 7 (b) S 1 ${'0 '.repeat(9)}250 50 ${'0 '.repeat(30)}`;
  expect(processOf(stat)).toEqual({ parent: 1, cpuMs: 3000 });
});

test('a quantile is one of the values', () => {
  expect([0.5, 0.95, 1].map((share) => quantile([5, 1, 4, 2, 3], share))).toEqual([3, 5, 5]);
});

test('the table is Markdown with a line for each row', () => {
  const row = {
    benchmark: 'files',
    subject: '5 files',
    result: '1 s',
    baseline: '0.5 s',
    ratio: 2,
    goal: { text: 'under 2 s', met: true },
  };
  expect(table([{ ...row, figures: {} }]).split('\n')).toEqual([
    '| benchmark | of      | result | baseline | ratio | goal           |',
    '| --------- | ------- | ------ | -------- | ----- | -------------- |',
    '| files     | 5 files | 1 s    | 0.5 s    | 2.0 × | under 2 s: met |',
  ]);
});

test.each([
  [['--only', 'speed'], "unknown benchmark 'speed'"],
  [['--files', 'many'], '--files takes numbers'],
  [['--times', '0'], '--times a number from 1'],
  [['--fast'], "Unknown option '--fast'"],
])('%j is answered in one line', (argv, said) => {
  expect(parseOptions(argv)).toEqual({ problem: expect.stringContaining(said) });
});
