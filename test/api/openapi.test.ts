/** The document that /openapi.json serves. `npx vitest run test/api/openapi.test.ts -u` writes it anew. */
import { expect, test } from 'vitest';
import { httpRoutes } from '../../infra/routes.ts';
import { openApiDocument } from '../../lib/runtime/http/openapi.ts';
import manifest from '../../package.json' with { type: 'json' };
import { declaredRoutes } from './routes.ts';

const declared = await declaredRoutes();
const document = openApiDocument(
  declared.map(({ route }) => route),
  manifest.version,
);

test('docs/openapi.json is what the routes say today', async () => {
  await expect(`${JSON.stringify(document, null, 1)}\n`).toMatchFileSnapshot('../../docs/openapi.json');
});

test('every route that is deployed is described once, and nothing else', () => {
  const paths: Record<string, object> = Object(document['paths']);
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(new Set(described)).toEqual(new Set(httpRoutes.map(({ method, path }) => `${method} ${path}`)));
});

test('each placeholder of a path is described as a parameter', () => {
  const missing = declared.flatMap(({ key, route }) => {
    const operation: { parameters?: { in: string; name: string }[] } = Object(document['paths'])[route.path][
      route.method.toLowerCase()
    ];
    const named = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    const wanted = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    return JSON.stringify(named) === JSON.stringify(wanted) ? [] : [{ key, named, wanted }];
  });
  expect(missing).toEqual([]);
});

test('operation ids are unique', () => {
  const ids = [...JSON.stringify(document).matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
  expect(ids).toHaveLength(declared.length);
  expect(new Set(ids).size).toBe(ids.length);
});
