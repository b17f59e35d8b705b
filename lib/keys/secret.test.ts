import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret } from './secret.ts';

const canary = 'canary-5f2d';
const secret = new Secret(canary);

const sinks: readonly (readonly [string, () => string])[] = [
  ['JSON.stringify', () => JSON.stringify({ secret })],
  ['a template', () => `${secret}`],
  ['concatenation', () => `Bearer ${String(secret)}`],
  ['util.inspect', () => inspect({ secret }, { depth: 9, showHidden: true })],
  ['spreading', () => JSON.stringify({ ...secret })],
  ['its keys', () => JSON.stringify(Object.entries(secret))],
  ['structuredClone', () => JSON.stringify(structuredClone({ value: secret }))],
  ['an error', () => inspect(new Error(`failed with ${secret}`, { cause: secret }))],
];

describe('Secret', () => {
  test.each(sinks)('%s does not show it', (_name, show) => {
    expect(show()).not.toContain(canary);
  });

  test('reveal gives it', () => {
    expect(secret.reveal()).toBe(canary);
  });
});
