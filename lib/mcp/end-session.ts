import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import { connectionFetch } from './connection-fetch.ts';
import type { Handshake } from './handshake.ts';
import type { Target } from './session.ts';

const END_MS = 5_000;

/** Tells an older server that the session is over. Whether it hears of it changes nothing for us: it is forgotten here. */
export async function endSession({
  target,
  fetch,
  handshake,
  signal,
}: {
  readonly target: Target;
  readonly fetch: GuardedFetch;
  readonly handshake: Handshake;
  readonly signal: AbortSignal;
}): Promise<void> {
  if (handshake.era !== 'older' || handshake.sessionId === null) return;
  const within = AbortSignal.any([signal, AbortSignal.timeout(END_MS)]);
  const own = connectionFetch(target, fetch);
  const transport = new StreamableHTTPClientTransport(new URL(target.url), {
    fetch: (url, init) => own.fetch(url, { ...init, signal: within }),
    sessionId: handshake.sessionId,
    protocolVersion: handshake.protocolVersion,
  });
  await transport.terminateSession().catch(() => undefined);
}
