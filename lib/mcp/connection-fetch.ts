import type { GuardedFetch } from '../net/guarded-fetch.ts';
import { orAborted } from './or-aborted.ts';
import type { Target } from './session.ts';

export interface ConnectionFetch {
  readonly fetch: GuardedFetch;
  /** Without that rule: for listening while a call is under way. */
  readonly listen: GuardedFetch;
  /** One more call: it may resume its broken answer so often. */
  readonly call: () => void;
}

/** How often a broken answer is fetched on (docs/adr/streams-of-calls-only.md). */
const RESUMES_PER_CALL = 2;

/**
 * The guarded fetch as one connection uses it: with its credentials, which are renewed once after a 401 (the request was refused, so
 * nothing was done and it is repeated), and without idle streams. A GET that only listens is answered here with "no stream"
 * (405); one that resumes a broken answer passes, within a budget that a server which keeps breaking off cannot extend.
 */
export function connectionFetch(target: Target, guarded: GuardedFetch): ConnectionFetch {
  let credentials = target.headers;
  let renewal: Promise<void> | null = null;
  let resumes = 0;

  /** Shared by all whose request was refused with the same credentials. */
  const renew = (used: Target['headers']): Promise<void> => {
    if (credentials !== used || target.renew === undefined) return renewal ?? Promise.resolve();
    renewal ??= target
      .renew(used, AbortSignal.timeout(RENEW_MS))
      .then((renewed) => {
        credentials = renewed;
      })
      .finally(() => {
        renewal = null;
      });
    return renewal;
  };

  const send = (url: string | URL, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    // What the transport sets itself comes first.
    for (const [name, value] of Object.entries(credentials)) if (!headers.has(name)) headers.set(name, value);
    return guarded(url, { ...init, headers });
  };

  const sendRenewing: GuardedFetch = async (url, init = {}) => {
    const used = credentials;
    const response = await send(url, init);
    if (response.status !== 401 || target.renew === undefined) return response;
    await response.body?.cancel();
    await (init.signal ? orAborted(renew(used), init.signal) : renew(used));
    return send(url, init);
  };

  return {
    call: () => {
      resumes += RESUMES_PER_CALL;
    },
    listen: sendRenewing,
    async fetch(url, init = {}) {
      if (init.method === 'GET') {
        if (!new Headers(init.headers).has('last-event-id') || resumes === 0) return noStream();
        resumes -= 1;
      }
      return sendRenewing(url, init);
    },
  };
}

const RENEW_MS = 10_000;
const noStream = (): Response => new Response(null, { status: 405 });
