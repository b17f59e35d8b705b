import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ciChecks } from './ci/index.ts';
import { secretChecks } from './secrets/index.ts';
import { supplyChainChecks } from './supply-chain/index.ts';
import { repository, unsound } from './testing.ts';

const root = new URL('../../examples/acme-shop/', import.meta.url).pathname;
const texts: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name))
    .map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]),
);

/** Damages that a hurried editor, a merge conflict or an attacker does to a file. */
const damage = fc.record({
  path: fc.constantFrom(...Object.keys(texts)),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 60 }),
  insert: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      '\n',
      '\t',
      '"',
      "'",
      '{',
      '}',
      '[',
      ': ',
      '- ',
      '&a ',
      '*a',
      '<<: ',
      '${{',
      '}}',
      '\r\n',
      '😀',
      '\uFEFF',
      'on:',
      '@',
      '|\n',
      '#',
    ),
  ),
});

describe('the checks of CI, supply chain and secrets, on damaged files', () => {
  test('never throw, and keep the rules of observations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), fc.boolean(), async (damages, complete) => {
        const damaged: Record<string, string> = { ...texts };
        for (const { path, at, remove, insert } of damages) {
          const text = damaged[path] ?? '';
          const from = Math.floor(at * text.length);
          damaged[path] = `${text.slice(0, from)}${insert}${text.slice(from + remove)}`.toWellFormed();
        }
        const input = repository(damaged, { complete });
        for (const check of [...ciChecks, ...supplyChainChecks, ...secretChecks]) {
          const problems = unsound(input, await check.evaluate(input));
          expect(problems, check.id).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });
});
