/** The import rules hold, they were applied to everything, and each of them catches what it is there for. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

const root = resolve(import.meta.dirname, '../..');
const planted = resolve(root, 'test/planted');
const config = resolve(root, '.dependency-cruiser.cjs');

const cruise = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
    ruleSetUsed: z.object({ forbidden: z.array(z.object({ name: z.string() })) }),
  }),
});

async function cruiseFrom(folder: string): Promise<z.infer<typeof cruise>['summary']> {
  const parts = new Set(['bench', 'cli', 'eval', 'functions', 'infra', 'lib', 'local', 'prisma', 'test', 'web']);
  const folders = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && parts.has(entry.name),
  );
  const program = resolve(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [program, '--config', config, '--output-type', 'json', ...folders.map(({ name }) => name)];
  // Its exit code is the number of violations: what counts is what it wrote.
  const output = await new Promise<string>((done) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 << 20 }, (_error, stdout) => done(stdout));
  });
  return cruise.parse(JSON.parse(output)).summary;
}

test('the project keeps every import rule, in all its modules', async () => {
  const { totalCruised, violations } = await cruiseFrom(root);
  expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  expect(totalCruised).toBeGreaterThan(300);
});

describe('planted violations', async () => {
  const { violations, ruleSetUsed } = await cruiseFrom(planted);
  const caught = new Map(violations.map(({ rule, from }) => [rule.name, basename(from, '.ts')]));

  test.each(ruleSetUsed.forbidden.map(({ name }) => name))('%s is caught', (name) => {
    // A cycle is reported from whichever end was read first.
    expect(caught.get(name)).toBeOneOf(name === 'no-cycles' ? ['no-cycles', 'cycle'] : [name]);
  });

  test('are caught for nothing else', () => {
    expect(violations.filter(({ rule, from }) => ![rule.name, 'cycle'].includes(basename(from, '.ts')))).toEqual([]);
  });
});
