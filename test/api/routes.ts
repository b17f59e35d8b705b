/** Every route that any function declares, with the function that does. */
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import type { Route } from '../../lib/runtime/http/route.ts';

const root = join(import.meta.dirname, '..', '..');

export interface DeclaredRoute {
  readonly key: string;
  /** `api/projects` */
  readonly function: string;
  readonly route: Route;
}

export async function declaredRoutes(): Promise<DeclaredRoute[]> {
  const found: DeclaredRoute[] = [];
  for await (const file of glob('functions/api/*/routes.ts', { cwd: root })) {
    const { routes }: { routes: readonly Route[] } = await import(join(root, file));
    const name = file.split('/').slice(1, 3).join('/');
    found.push(...routes.map((route) => ({ key: `${route.method} ${route.path}`, function: name, route })));
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}
