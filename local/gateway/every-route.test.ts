/** One authenticator for every route: walks what the functions export and what the template routes, and finds no way around it. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpRoute, httpRoutes } from '../../infra/routes.ts';
import { nowSeconds } from '../../lib/auth/testing.ts';
import type { Route } from '../../lib/runtime/http/route.ts';
import { type Edge, startEdge } from './testing.ts';

/** What anyone may ask, and what they are told: the callback wants a state that somebody with a token was given. */
const open: ReadonlyMap<string, number> = new Map([
  ['GET /health', 200],
  ['GET /openapi.json', 200],
  ['GET /oauth/client.json', 200],
  ['GET /oauth/callback', 400],
]);

const root = join(import.meta.dirname, '..', '..');
const key = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;

async function declaredRoutes(): Promise<Map<string, Route & { folder: string }>> {
  const declared = new Map<string, Route & { folder: string }>();
  for await (const file of glob('functions/api/*/routes.ts', { cwd: root })) {
    const { routes }: { routes: readonly Route[] } = await import(join(root, file));
    const folder = file.split('/').slice(1, 3).join('/');
    for (const route of routes) {
      expect([key(route), declared.get(key(route))?.folder]).toEqual([key(route), undefined]);
      declared.set(key(route), { ...route, folder });
    }
  }
  return declared;
}

let edge: Edge;
let declared: Awaited<ReturnType<typeof declaredRoutes>>;
beforeAll(async () => {
  [edge, declared] = await Promise.all([startEdge(), declaredRoutes()]);
});
afterAll(() => edge.stop());

test('the template routes exactly what the functions declare', () => {
  const routed = Object.fromEntries(httpRoutes.map((route) => [key(route), route.function]));
  expect(routed).toEqual(Object.fromEntries([...declared].map(([name, { folder }]) => [name, folder])));
});

test('every route but the open ones declares that it needs a token', () => {
  expect(new Set([...declared.values()].filter(({ auth }) => auth === 'none').map(key))).toEqual(new Set(open.keys()));
});

const ask = (route: HttpRoute, headers: Record<string, string>): Promise<Response> =>
  fetch(`${edge.gateway.url}${route.path.replace(/\{\w+\}/g, '88888888-8888-4888-8888-888888888888')}`, {
    method: route.method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(route.method === 'GET' ? {} : { body: '{}' }),
  });

test.each(httpRoutes.filter((route) => !open.has(key(route))))(
  '$method $path refuses whoever shows no token, an expired one, or the anon key',
  async (route) => {
    const expired = await edge.authority.token({ exp: nowSeconds() - 60 });
    const anon = await edge.authority.token({ role: 'anon' });
    const shown = [{}, { authorization: 'Bearer ' }, { authorization: `Bearer ${expired}` }, { authorization: `Bearer ${anon}` }];
    const statuses = await Promise.all(shown.map(async (headers) => (await ask(route, headers)).status));
    expect(statuses).toEqual([401, 401, 401, 401]);
  },
);

test.each(httpRoutes.filter((route) => open.has(key(route))))('$method $path answers whoever asks', async (route) => {
  expect((await ask(route, {})).status).toBe(open.get(key(route)));
});

test('only lib/auth verifies tokens', async () => {
  const importers: string[] = [];
  for await (const file of glob('{lib,functions}/**/*.ts', { cwd: root })) {
    if (/\.test\.ts$|\/testing\.ts$/.test(file)) continue;
    if (/from '(jose|@supabase\/[^']+)'/.test(await readFile(join(root, file), 'utf8'))) importers.push(file);
  }
  expect(importers).toEqual(['lib/auth/verify.ts']);
});
