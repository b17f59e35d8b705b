import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { errorNames } from '../../contract/errors.ts';
import { apiEvent } from '../testing.ts';
import { type Route, route } from './route.ts';
import type { HttpDependencies } from './stack.ts';
import { bearer, named, stack } from './testing.ts';

describe('Idempotency-Key', () => {
  const create = (handle: () => Promise<{ body: { id: number } }>): Route =>
    route({
      method: 'POST',
      path: '/things',
      auth: 'bearer',
      summary: 'Creates.',
      status: 201,
      body: z.object({}),
      response: z.object({ id: z.number() }),
      handle,
    });
  const post = (key: string, body = '{}') =>
    apiEvent({ routeKey: 'POST /things', headers: { ...bearer, 'idempotency-key': key }, body });

  /** The store of lib/store, in memory. */
  function memory(): HttpDependencies['idempotency'] {
    const held = new Map<string, { route: string; bodyHash: string; answer?: { status: number; body: unknown } }>();
    return {
      claim: async (principal, { key, route: wanted, bodyHash }) => {
        const found = held.get(`${principal.userId} ${key}`);
        if (found === undefined) {
          held.set(`${principal.userId} ${key}`, { route: wanted, bodyHash });
          return { state: 'new' };
        }
        if (found.route !== wanted || found.bodyHash !== bodyHash) return { state: 'mismatch' };
        return found.answer === undefined ? { state: 'running' } : { state: 'done', ...found.answer };
      },
      settle: async (principal, key, answer) => {
        const found = held.get(`${principal.userId} ${key}`);
        if (found) found.answer = answer;
      },
      release: async (principal, key) => void held.delete(`${principal.userId} ${key}`),
    };
  }

  test('the same request twice is made once and answered twice, with all headers', async () => {
    let made = 0;
    const { call } = stack([create(async () => ({ body: { id: ++made } }))], { idempotency: memory() });
    const first = await call(post('k1'));
    const second = await call(post('k1'));
    expect(first).toMatchObject({ status: 201, body: { id: 1 } });
    expect(second).toEqual(first);
    expect(made).toBe(1);
  });

  test('the key for another body: 409; another key is another request', async () => {
    let made = 0;
    const { call } = stack([create(async () => ({ body: { id: ++made } }))], { idempotency: memory() });
    await call(post('k1'));
    expect(await call(post('k1', '{"a":1}'))).toMatchObject({ status: 409 });
    expect(await call(post('k2'))).toMatchObject({ status: 201, body: { id: 2 } });
  });

  test('while the first is under way the second is told to wait', async () => {
    let finish: (answer: { body: { id: number } }) => void = () => {};
    const { call } = stack([create(() => new Promise((resolve) => (finish = resolve)))], { idempotency: memory() });
    const first = call(post('k1'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await call(post('k1'))).toMatchObject({ status: 409, headers: { 'retry-after': '1' } });
    finish({ body: { id: 1 } });
    expect(await first).toMatchObject({ status: 201 });
  });

  test('after a failure the same key may be tried again', async () => {
    let tries = 0;
    const flaky = create(async () => {
      tries += 1;
      if (tries === 1) throw named(errorNames.transient);
      return { body: { id: tries } };
    });
    const { call } = stack([flaky], { idempotency: memory() });
    expect(await call(post('k1'))).toMatchObject({ status: 503 });
    expect(await call(post('k1'))).toMatchObject({ status: 201, body: { id: 2 } });
  });

  test('work that is done is not done again because its key could not be settled', async () => {
    let made = 0;
    const store = { ...memory(), settle: async () => Promise.reject(named(errorNames.transient)) };
    const { call } = stack([create(async () => ({ body: { id: ++made } }))], { idempotency: store });
    expect(await call(post('k1'))).toMatchObject({ status: 201, body: { id: 1 } });
    expect(await call(post('k1'))).toMatchObject({ status: 409 });
    expect(made).toBe(1);
  });

  test.each(['', 'a b', 'ä', 'x'.repeat(201)])('%j is no key: 400', async (key) => {
    expect(await stack([create(async () => ({ body: { id: 1 } }))]).call(post(key))).toMatchObject({ status: 400 });
  });
});
