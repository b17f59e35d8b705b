import { ApiError } from '../errors.ts';
import { exchangeOf, type HttpMiddleware } from './exchange.ts';
import type { Route } from './route.ts';

/**
 * API Gateway names the route it matched. Its catch-all `$default` matched none of the API's: the path is then compared with
 * the routes known here, to tell a wrong method (405) from a missing route (404).
 */
export function findRoute(routes: readonly Route[]): HttpMiddleware {
  const byKey = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  return {
    before({ event }) {
      const route = byKey.get(event.routeKey);
      if (route !== undefined) {
        exchangeOf(event).route = route;
        return;
      }
      throw unmatched(routes, event.rawPath);
    },
  };
}

export function unmatched(routes: readonly Pick<Route, 'method' | 'path'>[], path: string): ApiError {
  const methods = routes.filter((route) => matches(route.path, path)).map((route) => route.method);
  if (methods.length === 0) return new ApiError('NOT_FOUND', 'There is no such route.');
  return new ApiError('METHOD_NOT_ALLOWED', `This route takes ${methods.join(', ')}.`, { allow: methods });
}

/** `{name}` stands for one non-empty segment. */
export function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/');
  const actual = path.split('/');
  return (
    expected.length === actual.length &&
    expected.every((segment, index) => (segment.startsWith('{') ? actual[index] !== '' : segment === actual[index]))
  );
}
