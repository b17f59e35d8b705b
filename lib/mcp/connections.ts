import {
  Client,
  type jsonSchemaValidator,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import canonicalize from 'canonicalize';
import { NetworkRefused, type Refusal } from '../net/errors.ts';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import { boundedFetch } from './bounded-answer.ts';
import { credentialFree } from './credential-free.ts';
import { type SourceFailure, SourceUnavailable } from './errors.ts';
import { decodeResult, sha256Hex } from './result.ts';
import { openSchemaValidator } from './schema-validator.ts';
import type { Owner, Session, Target, ToolDefinition } from './session.ts';

/** Milliseconds: one tool call, whatever progress the server reports (product.md, limits). */
const CALL_MS = 20_000;
const CONNECT_MS = 10_000;
/** What a server calls itself is written into every ledger row. */
const MAX_IDENTITY = 200;

export type { Session, Target } from './session.ts';

export interface ConnectionsOptions {
  readonly fetch: GuardedFetch;
  /** 1 in production; tests shrink every limit by the same factor. */
  readonly timeScale: number;
}

export interface Connections {
  /** @throws SourceUnavailable */
  connect(owner: Owner, target: Target, signal: AbortSignal): Promise<Session>;
}

export function openConnections(options: ConnectionsOptions): Connections {
  const shared = { fetch: boundedFetch(options.fetch), jsonSchemaValidator: openSchemaValidator() };
  return { connect: (_owner, target, signal) => connect(options, shared, target, signal) };
}

interface Shared {
  readonly fetch: GuardedFetch;
  readonly jsonSchemaValidator: jsonSchemaValidator;
}

async function connect(options: ConnectionsOptions, shared: Shared, target: Target, signal: AbortSignal): Promise<Session> {
  const { fetch, jsonSchemaValidator } = shared;
  const client = new Client(
    { name: 'assay', version: '1' },
    { capabilities: {}, versionNegotiation: { mode: 'auto' }, jsonSchemaValidator },
  );
  const transport = new StreamableHTTPClientTransport(new URL(target.url), {
    fetch: (url, init) => (init?.method === 'GET' ? Promise.resolve(noStream()) : fetch(url, init)),
    requestInit: { headers: { ...target.headers } },
    reconnectionOptions: {
      initialReconnectionDelay: 0,
      maxReconnectionDelay: 0,
      reconnectionDelayGrowFactor: 1,
      maxRetries: 0,
    },
  });
  const connectMs = CONNECT_MS * options.timeScale;
  try {
    await client.connect(transport, { signal, timeout: connectMs, maxTotalTimeout: connectMs });
  } catch (error) {
    await client.close().catch(() => undefined);
    throw asSourceUnavailable(error, target.name, 'connect', signal);
  }
  const clean = credentialFree(target);
  const own = client.getServerVersion();
  const identity = (text: string): string => clean(text).slice(0, MAX_IDENTITY);
  return {
    server: { name: identity(own?.name ?? target.name), version: identity(own?.version ?? 'unknown') },
    async listTools(listSignal) {
      const limits = { signal: listSignal, timeout: connectMs };
      const { tools } = await client.listTools(undefined, limits).catch((error: unknown) => {
        throw asSourceUnavailable(error, target.name, 'listTools', listSignal);
      });
      return tools.map((tool): ToolDefinition => {
        const definition = canonicalize(tool) ?? '';
        return { name: tool.name, definition, sha256: sha256Hex(Buffer.from(definition)) };
      });
    },
    async callTool(name, args, callSignal) {
      const callMs = CALL_MS * options.timeScale;
      try {
        const result = await client.callTool(
          { name, arguments: args },
          { signal: callSignal, timeout: callMs, maxTotalTimeout: callMs },
        );
        return decodeResult(result.content, { isError: result.isError === true, credentialFree: clean });
      } catch (error) {
        throw asSourceUnavailable(error, target.name, name, callSignal);
      }
    },
    close: () => client.close(),
  };
}

/** "No stream here": answered by us, so that the SDK opens no idle stream (mcp.md, older protocol traps). */
const noStream = (): Response => new Response(null, { status: 405 });

function asSourceUnavailable(error: unknown, source: string, doing: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const cause = rootOf(error);
  if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) {
    return new SourceUnavailable('timed-out', `${source} did not answer ${doing} in time`, { cause: error });
  }
  if (cause instanceof NetworkRefused) return new SourceUnavailable(failureOf(cause.reason), cause.message, { cause: error });
  if (error instanceof SdkHttpError) {
    return new SourceUnavailable('refused', `${source} refused ${doing} (HTTP ${error.status ?? 'error'})`, { cause: error });
  }
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  if (code !== undefined && networkCodes.has(code)) {
    const failure = code === 'ECONNREFUSED' || code === 'ENOTFOUND' ? 'unreachable' : 'lost';
    return new SourceUnavailable(
      failure,
      `${source} ${failure === 'lost' ? 'broke off' : 'could not be reached'} at ${doing} (${code})`,
      { cause: error },
    );
  }
  return new SourceUnavailable('protocol', `${source} did not answer ${doing} as MCP asks`, { cause: error });
}

function failureOf(reason: Refusal): SourceFailure {
  if (reason === 'too-large' || reason === 'too-complex') return 'too-large';
  return reason === 'too-slow' ? 'timed-out' : 'refused';
}

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
]);

/** The error at the bottom. The SDK keeps the cause of a failed probe in `data`, Node several tries of one connect in `errors`. */
function rootOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const inData = error instanceof SdkError && typeof error.data === 'object' && error.data !== null && 'cause' in error.data;
  const below = error.cause ?? (inData ? Reflect.get(Object(error.data), 'cause') : undefined);
  const tried = below ?? (error instanceof AggregateError ? error.errors[0] : undefined);
  return tried === undefined ? error : rootOf(tried);
}
