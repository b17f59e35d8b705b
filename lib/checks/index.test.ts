import { describe, expect, test } from 'vitest';
import { checksPerCapability } from './counts.ts';
import { checks } from './index.ts';

describe('the checks that ship', () => {
  test('have ids of their own, in kebab-case', () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id))).toEqual([]);
  });

  test('are as many for each capability as is told', () => {
    const told = Object.entries(checksPerCapability).filter(([, count]) => count > 0);
    const counted = Object.entries(Object.groupBy(checks, ({ capability }) => capability)).map(([id, of]) => [id, of.length]);
    expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(told));
  });

  test.each(checks.map((check) => ({ id: check.id, check })))('$id says why it matters and what to do', ({ check }) => {
    expect(check.rationale.length).toBeGreaterThan(80);
    expect(check.remediation.steps.length).toBeGreaterThan(0);
    expect(check.title).not.toMatch(/\.$/);
  });
});
