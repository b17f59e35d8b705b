/** What the users' requests took and which of them failed, by the route that answered. */
import { setMaxListeners } from 'node:events';
import { matchRoute } from '../../local/gateway/router.ts';
import type { Reached } from './crowd-protocol.ts';

export interface Requests {
  readonly fetch: typeof fetch;
  /** Milliseconds to the head of the answer, redirects followed; `POST /projects/{projectId}/runs` is a key. */
  readonly times: ReadonlyMap<string, readonly number[]>;
  /** One line for each request that was refused or never answered. */
  readonly failures: readonly string[];
}

/** Every request ends with `signal`, whatever else its caller waits for. */
export function recordRequests({ api, machines }: Pick<Reached, 'api' | 'machines'>, signal: AbortSignal): Requests {
  // Each request under way listens to it: hundreds are no leak.
  setMaxListeners(0, signal);
  const times = new Map<string, number[]>();
  const failures: string[] = [];
  const nameOf = ({ method, url }: Request): string => {
    const { origin, pathname } = new URL(url);
    const match = origin === api.url ? matchRoute(machines.httpRoutes, method, pathname) : null;
    // The issuer's paths hold no ids.
    return match?.kind === 'route' ? match.route.routeKey : `${method} ${pathname}`;
  };
  const recorded: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const name = nameOf(request);
    const from = performance.now();
    try {
      const response = await fetch(request, { signal: AbortSignal.any([request.signal, signal]) });
      if (!response.ok) failures.push(`${name} answered ${response.status}`);
      return response;
    } catch (error) {
      failures.push(`${name} was not answered: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    } finally {
      const known = times.get(name) ?? [];
      times.set(name, known);
      known.push(performance.now() - from);
    }
  };
  return { fetch: recorded, times, failures };
}
