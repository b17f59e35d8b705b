import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { NotRead, RepositoryFiles } from './check.ts';
import { type CheckResult, evaluateChecks } from './evaluate.ts';
import { checks } from './index.ts';
import { repository, unsound } from './testing.ts';

const root = new URL('../../examples/acme-shop/', import.meta.url).pathname;
const entry = z.strictObject({ check: z.string(), resources: z.array(z.string()).min(1) });
const expected = z
  .strictObject({ findings: z.array(entry), clean: z.array(entry) })
  .parse(JSON.parse(readFileSync(new URL('../../examples/acme-shop.expected.json', import.meta.url), 'utf8')));

function load(): RepositoryFiles {
  const texts: Record<string, string> = {};
  const notRead: Record<string, NotRead> = {};
  for (const found of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!found.isFile()) continue;
    const full = join(found.parentPath, found.name);
    const bytes = readFileSync(full);
    if (bytes.includes(0)) notRead[full.slice(root.length)] = 'binary';
    else texts[full.slice(root.length)] = bytes.toString('utf8');
  }
  return repository(texts, { notRead });
}

const sorted = (resources: readonly string[]): readonly string[] => [...resources].sort((a, b) => (a < b ? -1 : 1));

describe('examples/acme-shop', () => {
  const input = load();
  let results: readonly CheckResult[];
  beforeAll(async () => {
    results = await evaluateChecks(checks, input);
  });

  const withResult = (result: string) =>
    results
      .map(({ check, observations }) => ({
        check: check.id,
        resources: observations.filter((one) => one.result === result).map((one) => one.resource),
      }))
      .filter(({ resources }) => resources.length > 0)
      .map(({ check, resources }) => ({ check, resources: sorted(resources) }))
      .sort((a, b) => (a.check < b.check ? -1 : 1));

  test('fails where something was planted, and nowhere else', () => {
    expect(withResult('fail')).toEqual(expected.findings);
  });

  test('leaves nothing undecided', () => {
    expect(withResult('unknown')).toEqual([]);
  });

  test.each(expected.clean)('finds nothing wrong with the counterparts for $check', ({ check, resources }) => {
    const observations = results.find((result) => result.check.id === check)?.observations ?? [];
    for (const resource of resources) {
      // A check that observes failures only says nothing of a clean file; then the file must at least be there.
      const result = observations.find((one) => one.resource === resource)?.result;
      expect(result ?? (input.files.some(({ path }) => path === resource) ? 'pass' : 'absent'), resource).toBe('pass');
    }
  });

  test('has something planted for every check of files', () => {
    const planted = new Set(expected.findings.map(({ check }) => check));
    expect(
      checks.filter(({ id, capability }) => capability === 'repository-files' && !planted.has(id)).map(({ id }) => id),
    ).toEqual([]);
  });

  test('keeps the rules of observations, and no made-up secret in them', () => {
    expect(
      results.flatMap(({ check, observations }) => unsound(input, observations).map((problem) => `${check.id}: ${problem}`)),
    ).toEqual([]);
    expect(JSON.stringify(results.map(({ observations }) => observations))).not.toMatch(/Karamell|made-up-/);
  });

  test('is listed in order', () => {
    for (const list of [expected.findings, expected.clean]) {
      expect(list.map(({ check }) => check)).toEqual(sorted(list.map(({ check }) => check)));
      for (const { resources } of list) expect(resources).toEqual(sorted(resources));
    }
  });
});
