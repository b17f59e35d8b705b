import { lookup as systemLookup } from 'node:dns';
import { Agent } from 'undici';
import { timeLimit } from '../runtime/time-limit.ts';
import { boundedHead, MAX_HEADER_BYTES, tooManyHeaders } from './bounded-head.ts';
import { cappedBody } from './capped-body.ts';
import { guardedConnector, type Lookup } from './connector.ts';
import { NetworkRefused } from './errors.ts';
import { type Answer, type Asked, exchange } from './exchange.ts';
import { refuseUnsafeUrl } from './url-rules.ts';

export type GuardedFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export interface GuardOptions {
  /** Exact origins that may be plain http or loopback: the local runtime's own bridges. Empty on AWS. */
  readonly allowOrigins: readonly string[];
  /** Names under which this service itself is reached: refused, with everything below them. */
  readonly ownHosts: readonly string[];
  /** Largest answer, in bytes; on the wire and as decoded from it. */
  readonly maxBytes: number;
  /** Milliseconds to connect, to the end of the headers, and between two pieces of an answer. */
  readonly idleMs: number;
  /** Milliseconds for a whole request, waiting for a socket and reading the answer included. */
  readonly totalMs: number;
  /** Largest number of sockets to one origin, of all who use it: one origin that hangs takes none of the others'. */
  readonly connectionsPerOrigin: number;
  /** `dns.lookup` where none is given. */
  readonly lookup?: Lookup;
}

/**
 * The one way out to a URL that a user or a server supplied (mcp.md, guarded network). https only, public unicast
 * addresses only (every address of a lookup is checked, and the peer again once connected), redirects refused, bytes, headers and
 * time capped. A body that is never read is given up when its time is over.
 * @throws NetworkRefused, also while the body is read
 */
export function openGuardedFetch(options: GuardOptions): { fetch: GuardedFetch; close(): Promise<void> } {
  const { idleMs, maxBytes } = options;
  const limits = {
    bodyTimeout: idleMs,
    headersTimeout: idleMs,
    connections: options.connectionsPerOrigin,
    maxHeaderSize: MAX_HEADER_BYTES,
    maxResponseSize: maxBytes,
    allowH2: false,
  };
  const open = (connect: Agent.Options['connect']) => new Agent({ ...limits, ...(connect && { connect }) }).compose(boundedHead);
  const trusted = open({ timeout: idleMs });
  const guarded = open(guardedConnector(idleMs, options.lookup ?? systemLookup));

  const fetch: GuardedFetch = async (input, init = {}) => {
    const url = new URL(input);
    const isTrusted = options.allowOrigins.includes(url.origin);
    if (!isTrusted) refuseUnsafeUrl(url, options.ownHosts);
    const asked = plainRequest(init);
    const tooSlow = (): Error => new NetworkRefused('too-slow', `${url.origin} took more than ${options.totalMs} ms to answer`);
    const { signal, end: stop } = timeLimit(options.totalMs, [init.signal], tooSlow);
    try {
      const { status, statusText, headers, body } = await exchange(url, { ...asked, signal }, isTrusted ? trusted : guarded);
      if (isRedirect(status)) {
        body.destroy();
        throw redirected(url.origin, status);
      }
      const translate = (error: unknown): unknown => inOurTerms(error, url.origin);
      const tooLarge = (): Error => answersTooMuch(url.origin);
      const hasBody = !bodiless.has(status);
      if (!hasBody) {
        stop();
        body.destroy();
      }
      const capped = hasBody ? cappedBody(body, { maxBytes, tooLarge, translate, onEnd: stop }) : null;
      return await asResponse(capped, { status, statusText, headers }, url.origin);
    } catch (error) {
      stop();
      throw inOurTerms(error, url.origin);
    }
  };
  return {
    fetch,
    close: async () => {
      await Promise.all([trusted.destroy(), guarded.destroy()]);
    },
  };
}

/** @throws NetworkRefused, with the body given up, where no Response can say what was answered: a status of 600, a text of odd characters */
async function asResponse(
  body: ReadableStream<Uint8Array> | null,
  { status, statusText, headers }: Pick<Answer, 'status' | 'statusText' | 'headers'>,
  origin: string,
): Promise<Response> {
  try {
    return new Response(body, { status, statusText, headers: [...headers] });
  } catch (error) {
    await body?.cancel();
    throw new NetworkRefused('malformed', `${origin} answered with a status line that HTTP does not know`, { cause: error });
  }
}

/** What of a request goes out: method, headers, and a body of text. */
function plainRequest({ method = 'GET', headers = {}, body = null }: RequestInit): Omit<Asked, 'signal'> {
  const isForm = body instanceof URLSearchParams;
  if (body !== null && typeof body !== 'string' && !isForm) throw new TypeError('only text and forms are sent');
  const plain = plainHeaders(headers);
  const type = isForm ? 'application/x-www-form-urlencoded;charset=UTF-8' : 'text/plain;charset=UTF-8';
  if (body !== null && !plain.some(([name]) => name === 'content-type')) plain.push(['content-type', type]);
  return { method, headers: plain, body: body === null ? null : String(body) };
}

/** Said without the value, which may be a credential: the platform's own error repeats it. */
function plainHeaders(given: HeadersInit): [string, string][] {
  const refused = (): NetworkRefused => new NetworkRefused('header', 'a header is not one line of ASCII');
  let headers: [string, string][];
  try {
    headers = [...new Headers(given)];
  } catch {
    throw refused();
  }
  if (!headers.every(([, value]) => /^[\t\x20-\x7e]*$/.test(value))) throw refused();
  return headers;
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400;
const redirected = (origin: string, status: number): NetworkRefused =>
  new NetworkRefused('redirect', `${origin} answered with a redirect (${status}); register the address it leads to`);
const answersTooMuch = (origin: string): NetworkRefused =>
  new NetworkRefused('too-large', `${origin} answered with more than may be read`);

/** undici's caps as ours; anything else as it is. */
function inOurTerms(error: unknown, origin: string): unknown {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof NetworkRefused) return at;
    const code = 'code' in at ? at.code : undefined;
    if (code === 'UND_ERR_HEADERS_OVERFLOW') return tooManyHeaders(origin);
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return answersTooMuch(origin);
  }
  return error;
}

/** The Response constructor refuses a body with these. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);
