import { parse } from '@babel/parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repositoryFiles } from './repository.ts';

test('has exactly so many files, each at its own path', () => {
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 400 }), fc.nat(), (count, seed) => {
      expect(new Set([...repositoryFiles(count, seed)].map(({ path }) => path)).size).toBe(count);
    }),
    { numRuns: 20 },
  );
});

test('is the same again from the same seed, so that two runs read the same bytes', () => {
  expect([...repositoryFiles(60, 3)]).toEqual([...repositoryFiles(60, 3)]);
  expect([...repositoryFiles(60, 3)]).not.toEqual([...repositoryFiles(60, 4)]);
});

test('holds files of about 4 KB in nested folders', () => {
  const files = [...repositoryFiles(500)];
  const mean = files.reduce((sum, { text }) => sum + text.length, 0) / files.length;
  expect(mean).toBeGreaterThan(3500);
  expect(mean).toBeLessThan(5000);
  expect(Math.max(...files.map(({ path }) => path.split('/').length))).toBeGreaterThan(5);
});

test('holds code that a parser reads, so that the checks have something to do', () => {
  const code = [...repositoryFiles(200)].filter(({ path }) => path.endsWith('.ts'));
  expect(code.length).toBeGreaterThan(100);
  for (const { text } of code) expect(() => parse(text, { sourceType: 'module', plugins: ['typescript'] })).not.toThrow();
});
