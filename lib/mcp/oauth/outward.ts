import type { FetchLike } from '@modelcontextprotocol/client';
import { NetworkRefused } from '../../net/errors.ts';
import type { GuardedFetch } from '../../net/guarded-fetch.ts';

/** Metadata, registrations and tokens are a few kilobytes. Bytes. */
const MAX_BYTES = 256 * 1024;
/** For everything of one step (discovery, registration, a token) together. Milliseconds. */
const STEP_MS = 10_000;

export interface Outward {
  readonly fetch: GuardedFetch;
  /** 1 in production; tests shrink every limit alike. */
  readonly timeScale: number;
}

/**
 * The guarded fetch as the SDK's helpers call it: whole answers under a small cap, no redirects (a token request that follows one
 * hands the code to whoever is at its end), all within one deadline.
 */
export function stepFetch({ fetch, timeScale }: Outward, signal: AbortSignal): FetchLike {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(STEP_MS * timeScale)]);
  return async (url, init = {}) => {
    const { body, ...rest } = init;
    // The helpers send forms as URLSearchParams; the guard takes text.
    const response = await fetch(url, { ...rest, ...(body == null ? {} : { body: String(body) }), signal: limit });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new NetworkRefused('redirect', `${new URL(url).origin} answered with a redirect (${response.status})`);
    }
    return new Response(await capped(response, new URL(url).origin), { status: response.status, headers: response.headers });
  };
}

async function capped(response: Response, origin: string): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null) return null;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.byteLength;
    // Leaving the loop cancels the stream.
    if (size > MAX_BYTES) throw new NetworkRefused('too-large', `${origin} answered with more than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  return Uint8Array.from(Buffer.concat(parts));
}
