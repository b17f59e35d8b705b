import type { MatchedRoute } from './http-event.ts';

/** One line of the template's route table. */
export interface GatewayRoute {
  readonly method: string;
  /** `/projects/{projectId}` */
  readonly path: string;
  /** Folder under functions/. */
  readonly functionPath: string;
}

export type Match =
  | { readonly kind: 'route'; readonly route: MatchedRoute; readonly functionPath: string }
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

/** API Gateway's choice: among the routes that fit, the one with the most literal segments from the left. */
export function matchRoute(routes: readonly GatewayRoute[], method: string, path: string): Match {
  const segments = path.split('/');
  const fitting = routes.flatMap((route) => {
    const pathParameters = parametersOf(route.path.split('/'), segments);
    return pathParameters === null ? [] : [{ route, pathParameters }];
  });
  const found = fitting.filter(({ route }) => route.method === method).sort((a, b) => byLiterals(a.route.path, b.route.path))[0];
  if (found !== undefined) {
    const routeKey = `${found.route.method} ${found.route.path}`;
    return { kind: 'route', route: { routeKey, pathParameters: found.pathParameters }, functionPath: found.route.functionPath };
  }
  if (fitting.length === 0) return { kind: 'none' };
  return { kind: 'method', allowed: [...new Set(fitting.map(({ route }) => route.method))] };
}

function parametersOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined) {
      if (expected !== actual) return null;
      continue;
    }
    const value = decode(actual);
    if (value === null || value === '') return null;
    parameters[name] = value;
  }
  return parameters;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** `/runs/mine` before `/runs/{runId}`: '0' for a literal segment, '1' for a parameter, compared as text. */
function byLiterals(a: string, b: string): number {
  const rank = (path: string) =>
    path
      .split('/')
      .map((segment) => (segment.startsWith('{') ? '1' : '0'))
      .join('');
  return rank(a).localeCompare(rank(b));
}
