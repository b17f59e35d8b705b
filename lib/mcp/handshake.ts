/** Opens one client of the SDK: with a handshake, or without where what the last one gave is remembered. */
import {
  Client,
  type DiscoverResult,
  isSpecType,
  type JSONRPCMessage,
  type jsonSchemaValidator,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import * as z from 'zod';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import { type ConnectionFetch, connectionFetch } from './connection-fetch.ts';
import { openEars } from './ears.ts';
import type { Questions } from './questions.ts';
import type { Target } from './session.ts';
import { UniqueIds } from './unique-ids.ts';

const common = {
  /** When the server was asked, ISO 8601: an upgraded server still answers in the older way, so a verdict must not last for ever. */
  at: z.iso.datetime(),
  /** As it calls itself. */
  server: z.object({ name: z.string(), version: z.string() }).nullable(),
};

/** What a server said, enough to go on with it elsewhere. `modern`: 2026-07-28 and later; `older`: up to 2025-11-25. */
export const handshake = z.discriminatedUnion('era', [
  z.object({
    ...common,
    era: z.literal('modern'),
    discover: z.custom<DiscoverResult>((value) => isSpecType.DiscoverResult(value)),
  }),
  z.object({
    ...common,
    era: z.literal('older'),
    /** Null where the server keeps no sessions. */
    sessionId: z.string().nullable(),
    protocolVersion: z.string(),
    /** Capabilities: all that we ask of them. */
    hasTools: z.boolean(),
    /** The server was told that its questions are answered. */
    answers: z.boolean().default(false),
  }),
]);
export type Handshake = z.infer<typeof handshake>;

/** Calls made anew because the server's answer to them was a question (2026-07-28). */
const MAX_ROUNDS = 5;

export interface OpenClient {
  readonly client: Client;
  readonly handshake: Handshake;
  /**
   * Announces a call, whose broken answer may be fetched on, and during which the server may ask where its user said so; to be told when it
   * has ended. Throws the signal's reason.
   */
  readonly call: (tool: string, signal: AbortSignal) => Promise<() => void>;
  close(): Promise<void>;
}

export interface Opening {
  readonly target: Target;
  readonly fetch: GuardedFetch;
  readonly schemas: jsonSchemaValidator;
  readonly questions: Questions;
  /** Goes on from there without a request; `'older'` skips the probe; null asks the server. */
  readonly from: Handshake | 'older' | null;
  /** For all of it. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** The server says that its tools are others now. */
  readonly onToolsChanged: () => void;
}

/** @throws what the SDK throws (failure.ts tells it apart), or the reason of the signal */
export async function openClient(opening: Opening): Promise<OpenClient> {
  const { target, from, timeoutMs, signal } = opening;
  signal.throwIfAborted();
  const answers = target.elicitation === 'defaults';
  const own = connectionFetch(target, opening.fetch);
  const session = from !== null && from !== 'older' && from.era === 'older' ? from : null;
  const inner = new StreamableHTTPClientTransport(new URL(target.url), {
    fetch: own.fetch,
    // A server that names no delay gets a second; how often is limited by the fetch as well.
    reconnectionOptions: {
      initialReconnectionDelay: 1_000,
      maxReconnectionDelay: 5_000,
      reconnectionDelayGrowFactor: 1.5,
      maxRetries: 2,
    },
    ...(session === null ? {} : sessionOf(session)),
  });
  const transport = new UniqueIds(inner, { resumed: session !== null });
  const client = new Client(
    { name: 'assay', version: '1' },
    {
      capabilities: answers ? { elicitation: { form: { applyDefaults: true } } } : {},
      versionNegotiation: { mode: 'auto' },
      inputRequired: { maxRounds: MAX_ROUNDS },
      jsonSchemaValidator: opening.schemas,
    },
  );
  client.setNotificationHandler('notifications/tools/list_changed', () => opening.onToolsChanged());
  if (answers) client.setRequestHandler('elicitation/create', async ({ params }) => opening.questions.answer(params));
  const limits = { signal, timeout: timeoutMs, maxTotalTimeout: timeoutMs };
  // The SDK's probe of the protocol heeds no signal: its request has to end with the transport.
  const stop = (): void => void inner.close().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect(transport, { ...limits, ...priorOf(from) });
    signal.throwIfAborted();
  } catch (error) {
    await client.close().catch(() => undefined);
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  const handshake = from === null || from === 'older' ? said(client, inner, { at: opening.now(), answers }) : from;
  return {
    client,
    handshake,
    call: announcing(opening, own, handshake, (message) => transport.hear(message)),
    close: () => client.close(),
  };
}

/** The newer protocol asks in the answer itself, the older one on any stream that is open. */
function announcing(
  { target, questions }: Opening,
  own: ConnectionFetch,
  handshake: Handshake,
  hear: (message: JSONRPCMessage) => void,
): OpenClient['call'] {
  const isHeard = handshake.era === 'older' && target.elicitation === 'defaults';
  const listen = isHeard ? openEars({ url: target.url, fetch: own.listen, session: sessionOf(handshake), hear }) : null;
  return async (tool, signal) => {
    own.call();
    const close = await listen?.(signal);
    const end = questions.begin(tool);
    return () => {
      end();
      close?.();
    };
  };
}

const sessionOf = ({ protocolVersion, sessionId }: Extract<Handshake, { era: 'older' }>) => ({
  protocolVersion,
  ...(sessionId === null ? {} : { sessionId }),
});

function priorOf(from: Opening['from']) {
  if (from === null) return {};
  if (from === 'older' || from.era === 'older') return { prior: { kind: 'legacy' } } as const;
  return { prior: { kind: 'modern', discover: from.discover } } as const;
}

function said(
  client: Client,
  transport: StreamableHTTPClientTransport,
  { at, answers }: { readonly at: Date; readonly answers: boolean },
): Handshake {
  const own = client.getServerVersion();
  const both = { at: at.toISOString(), server: own === undefined ? null : { name: own.name, version: own.version } };
  const discover = client.getDiscoverResult();
  if (discover !== undefined) return { ...both, era: 'modern', discover };
  return {
    ...both,
    era: 'older',
    sessionId: transport.sessionId ?? null,
    protocolVersion: client.getNegotiatedProtocolVersion() ?? '',
    hasTools: client.getServerCapabilities()?.tools !== undefined,
    answers,
  };
}
