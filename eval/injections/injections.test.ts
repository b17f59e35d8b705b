import { expect, test } from 'vitest';
import { disguises } from './disguises.ts';
import { injections } from './injections.ts';
import { families } from './orders.ts';

const bait = { tool: 'write_note', secret: 'canary-00000000' };

test('over 200 texts that differ, the same every time', () => {
  const all = injections(bait);
  expect(new Set(all.map(({ text }) => text)).size).toBeGreaterThanOrEqual(200);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(injections(bait)).toEqual(all);
});

test('every family in every disguise', () => {
  const met = new Set(injections(bait).map(({ family, id }) => `${family}/${id.split('/').slice(2).join('/')}`));
  expect(met.size).toBe(families.length * Object.keys(disguises).length);
});

test('the bait stands where it is meant to', () => {
  const all = injections(bait).map(({ text }) => text);
  expect(all.filter((text) => text.includes(bait.tool)).length).toBeGreaterThan(20);
  expect(all.filter((text) => text.includes(bait.secret)).length).toBeGreaterThan(5);
});
