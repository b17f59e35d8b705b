import { setTimeout as pause } from 'node:timers/promises';
import { type JSONRPCMessage, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import { orAborted } from './or-aborted.ts';

/** A call waits so long for the stream to open; then it goes out all the same. Milliseconds. */
const OPEN_MS = 1_000;

export interface EarsOptions {
  readonly url: string;
  /** With the connection's credentials. */
  readonly fetch: GuardedFetch;
  readonly session: { readonly sessionId?: string; readonly protocolVersion?: string };
  readonly hear: (message: JSONRPCMessage) => void;
}

/**
 * The stream on which a server of the older protocol may ask beside its answers: one for all calls under way, opened before the
 * first of them leaves and closed when the last has ended, never opened again by the server's doing (docs/adr/streams-of-calls-only.md).
 * A transport of its own, so that no event id of it is ever resumed among the answers.
 */
export function openEars({ url, fetch, session, hear }: EarsOptions): (signal: AbortSignal) => Promise<() => void> {
  let users = 0;
  let open: { readonly transport: StreamableHTTPClientTransport; readonly opening: Promise<void> } | null = null;

  function begin() {
    const reconnectionOptions = { ...{ initialReconnectionDelay: 1_000, maxReconnectionDelay: 1_000 }, ...once };
    const transport = new StreamableHTTPClientTransport(new URL(url), { fetch, reconnectionOptions, ...session });
    transport.onmessage = hear;
    const opening = async (): Promise<void> => {
      await transport.start();
      await Promise.race([transport.resumeStream(''), pause(OPEN_MS, undefined, { ref: false })]);
    };
    // A server without such a stream says so, and asks on the call's own or not at all.
    return { transport, opening: opening().catch(() => undefined) };
  }

  return async (signal) => {
    users += 1;
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      users -= 1;
      if (users > 0) return;
      void open?.transport.close();
      open = null;
    };
    try {
      open ??= begin();
      await orAborted(open.opening, signal);
      return end;
    } catch (error) {
      end();
      throw error;
    }
  };
}

const once = { reconnectionDelayGrowFactor: 1, maxRetries: 0 };
