/** The connection manager: the one way to a user's MCP servers. Capped per user, shared within a run, remembered, and healed. */

import type { BreakerState } from '../cache/breaker.ts';
import { openBreaker } from '../cache/breaker.ts';
import type { Cache } from '../cache/cache.ts';
import { CacheUnavailable } from '../cache/errors.ts';
import { CONNECTION_CAP, type Lease, type Leases, openLeases } from '../cache/leases.ts';
import type { KeyProvider } from '../keys/keys.ts';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import { boundedFetch } from './bounded-answer.ts';
import { credentialFree } from './credential-free.ts';
import { endSession } from './end-session.ts';
import { SourceUnavailable } from './errors.ts';
import { type Managed, openManaged } from './managed.ts';
import { openMemory } from './memory.ts';
import { decodeResult, type ToolResult } from './result.ts';
import { openSchemaValidator } from './schema-validator.ts';
import type { Owner, Session, Target, ToolDefinition } from './session.ts';
import { type Joined, openShared } from './shared.ts';
import { standingOf } from './standing.ts';

/** What a server calls itself is written into every ledger row. */
const MAX_IDENTITY = 200;

export type { Session, Target } from './session.ts';

export interface ConnectionsOptions {
  readonly fetch: GuardedFetch;
  readonly cache: Cache;
  readonly keys: KeyProvider;
  /** 1 in production; tests shrink every limit by the same factor. */
  readonly timeScale: number;
  /** What a server was remembered to say is lost, and costs a handshake. */
  readonly onLoss?: (error: unknown) => void;
  readonly count?: (what: 'LeaseRefused' | 'BreakerOpened') => void;
  readonly now?: () => Date;
  /** A test's to shorten (leases.ts). */
  readonly leaseMs?: number;
}

/** What a person is told who asks whether a connection works. */
export interface Checked {
  readonly era: 'modern' | 'older';
  readonly server: Session['server'];
  readonly tools: readonly ToolDefinition[];
}

export interface Connections {
  /** @throws SourceUnavailable */
  connect(owner: Owner, target: Target, signal: AbortSignal): Promise<Session>;
  /** Connects for this one thing, and asks the server anew: a person wants to know. @throws SourceUnavailable */
  listTools(owner: Owner, target: Target, signal: AbortSignal): Promise<readonly ToolDefinition[]>;
  /** Connects for this one thing. @throws SourceUnavailable */
  callTool(owner: Owner, target: Target, call: ToolCall, signal: AbortSignal): Promise<ToolResult>;
  /** Connects, asks whether the server is there, and lists its tools anew; a breaker that is open does not hold it up. @throws SourceUnavailable */
  check(owner: Owner, target: Target, signal: AbortSignal): Promise<Checked>;
  /** Closes every client of this connection, wherever it is open, ends its session at the server, and forgets what is remembered of it. */
  disconnect(owner: Owner, target: Target, signal: AbortSignal): Promise<void>;
  /** Likewise for all of the owner's connections; `targets` are those whose sessions can be ended. */
  disconnectAll(owner: Owner, targets: readonly Target[], signal: AbortSignal): Promise<void>;
}

export interface ToolCall {
  readonly name: string;
  readonly args: Record<string, unknown>;
}

export function openConnections(options: ConnectionsOptions): Connections {
  const { cache, keys, timeScale, onLoss = () => undefined, count = () => undefined, now = () => new Date() } = options;
  const fetch = boundedFetch(options.fetch);
  const schemas = openSchemaValidator();
  const leases = openLeases(cache, options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs });
  const breaker = openBreaker(cache, { timeScale, onOpened: () => count('BreakerOpened') });
  const shared = openShared<Managed>((managed) => managed.close());
  const memoryOf = (owner: Owner, target: Target) => openMemory({ cache, keys, onLoss }, owner, target);

  async function open(
    owner: Owner,
    target: Target,
    state: BreakerState,
    signal: AbortSignal,
    onLost: () => void,
  ): Promise<Managed> {
    const lease = await leaseFor(leases, owner, target, () => count('LeaseRefused'));
    lease.lost.addEventListener('abort', onLost, { once: true });
    try {
      const standing = standingOf(breaker, owner, target, state);
      const own = { target, fetch, schemas, memory: memoryOf(owner, target), standing, lease, timeScale, now };
      return await openManaged(own, signal);
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  const join = (owner: Owner, target: Target, signal: AbortSignal, isAskedFor = false): Promise<Joined<Managed>> => {
    const path = [
      owner.userId,
      target.connectionId,
      `${target.runId ?? ''} ${target.version ?? ''} ${target.elicitation ?? ''}`,
    ] as const;
    const make = async (within: AbortSignal): Promise<Managed> => {
      const state = await breaker.ask(owner.userId, target.connectionId);
      if (state.state === 'open' && !isAskedFor) throw leftAlone(target, state);
      return open(owner, target, state, within, () => shared.discard(path));
    };
    return shared.join(path, make, signal);
  };

  const connect = async (owner: Owner, target: Target, signal: AbortSignal): Promise<Session> =>
    sessionOf(target, await join(owner, target, signal));

  async function once<T>(owner: Owner, target: Target, signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await connect(owner, target, signal);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  async function disconnect(owner: Owner, target: Target, signal: AbortSignal): Promise<void> {
    for (const managed of await shared.takeOut([owner.userId, target.connectionId])) await managed.close();
    await leases.callIn(owner.userId, target.connectionId).catch(ifUnavailable);
    const memory = memoryOf(owner, target);
    const handshake = await memory.handshake();
    await memory.forgetAll();
    if (handshake !== null) await endSession({ target, fetch, handshake, signal });
  }

  return {
    connect,
    listTools: (owner, target, signal) => once(owner, target, signal, (session) => session.listTools(signal, { anew: true })),
    callTool: (owner, target, { name, args }, signal) =>
      once(owner, target, signal, (session) => session.callTool(name, args, signal)),
    async check(owner, target, signal) {
      const joined = await join(owner, target, signal, true);
      try {
        await joined.value.ping(signal);
        const tools = await joined.value.listTools(signal, true);
        return { era: joined.value.handshake().era, server: identityOf(target, joined.value), tools };
      } finally {
        await joined.leave();
      }
    },
    disconnect,
    async disconnectAll(owner, targets, signal) {
      await Promise.all(targets.map((target) => disconnect(owner, target, signal)));
      await leases.callIn(owner.userId).catch(ifUnavailable);
    },
  };
}

function ifUnavailable(error: unknown): null {
  if (error instanceof CacheUnavailable) return null;
  throw error;
}

async function leaseFor(leases: Leases, owner: Owner, { connectionId, name }: Target, refused: () => void): Promise<Lease> {
  const taken = await leases.take(owner.userId, { connectionId, name }).catch(ifUnavailable);
  if (taken === null) {
    throw new SourceUnavailable('cap-unknown', `${name} was not opened: how many connections are open is not known right now`);
  }
  if ('lease' in taken) return taken.lease;
  refused();
  const open = [...new Set(taken.full.map((one) => one.name))].join(', ');
  throw new SourceUnavailable(
    'cap',
    `${name} was not opened: ${CONNECTION_CAP} connections are open, the most that one person may have at once (${open})`,
  );
}

function leftAlone({ name }: Target, { since, retryAt }: BreakerState): SourceUnavailable {
  const times = `since ${since?.toISOString() ?? 'a moment ago'}; it is tried again at ${retryAt?.toISOString() ?? 'the next time'}`;
  return new SourceUnavailable('breaker', `${name} is left alone because it failed repeatedly, ${times}`);
}

function identityOf(target: Target, managed: Managed): Session['server'] {
  const { server } = managed.handshake();
  const clean = credentialFree(target);
  const identity = (text: string): string => clean(text).slice(0, MAX_IDENTITY);
  return { name: identity(server?.name ?? target.name), version: identity(server?.version ?? 'unknown') };
}

function sessionOf(target: Target, { value: managed, leave }: Joined<Managed>): Session {
  const clean = credentialFree(target);
  return {
    get server() {
      return identityOf(target, managed);
    },
    listTools: (signal, { anew } = { anew: false }) => managed.listTools(signal, anew),
    async callTool(name, args, signal) {
      const result = await managed.callTool(name, args, signal);
      return decodeResult(result.content, { isError: result.isError === true, credentialFree: clean });
    },
    asked: () => managed.asked().map(clean),
    close: leave,
  };
}
