import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totalOf } from './cart.ts';

test('ships free from 50 euros', () => {
  assert.deepEqual(totalOf([{ sku: 'mug', quantity: 5, cents: 999 }]), { goods: 4995, shipping: 490 });
  assert.deepEqual(totalOf([{ sku: 'mug', quantity: 5, cents: 1000 }]), { goods: 5000, shipping: 0 });
});

test('an empty cart costs nothing', () => {
  assert.deepEqual(totalOf([]), { goods: 0, shipping: 0 });
});
