import { describe, expect, test } from 'vitest';
import { type GatewayRoute, matchRoute } from './router.ts';

const routes: readonly GatewayRoute[] = [
  { method: 'GET', path: '/runs/{runId}', functionPath: 'api/runs' },
  { method: 'POST', path: '/runs/{runId}/cancel', functionPath: 'api/runs' },
  { method: 'GET', path: '/runs/recent', functionPath: 'api/recent' },
  { method: 'GET', path: '/{anything}/recent', functionPath: 'api/anything' },
  { method: 'PUT', path: '/runs/recent', functionPath: 'api/recent' },
];

describe('matchRoute', () => {
  test.each([
    ['GET', '/runs/r1', 'api/runs', { runId: 'r1' }],
    ['GET', '/runs/a%2Fb%20c', 'api/runs', { runId: 'a/b c' }],
    ['GET', '/runs/recent', 'api/recent', {}],
    ['GET', '/other/recent', 'api/anything', { anything: 'other' }],
    ['POST', '/runs/r1/cancel', 'api/runs', { runId: 'r1' }],
  ])('%s %s goes to %s', (method, path, functionPath, pathParameters) => {
    expect(matchRoute(routes, method, path)).toMatchObject({ kind: 'route', functionPath, route: { pathParameters } });
  });

  test.each(['/', '/runs', '/runs/', '/runs/r1/', '//runs/r1', '/runs/r1/cancel/x', '/runs/%zz', '/RUNS/r1/x'])(
    '%s matches nothing',
    (path) => {
      expect(matchRoute(routes, 'GET', path).kind).not.toBe('route');
    },
  );

  test('a known path under another method says which it takes', () => {
    expect(matchRoute(routes, 'DELETE', '/runs/recent')).toEqual({ kind: 'method', allowed: ['GET', 'PUT'] });
  });

  test('a parameter named like a property of every object is only a parameter', () => {
    const odd = [{ method: 'GET', path: '/x/{constructor}', functionPath: 'api/x' }];
    expect(matchRoute(odd, 'GET', '/x/1')).toMatchObject({ route: { pathParameters: { constructor: '1' } } });
  });
});
