/** One connection of one user while it is open in this process: it heals itself, and keeps each call within its limits. */
import { setTimeout as pause } from 'node:timers/promises';
import type { jsonSchemaValidator } from '@modelcontextprotocol/client';
import type { Breaker, BreakerState } from '../cache/breaker.ts';
import type { Lease } from '../cache/leases.ts';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import { type SourceFailure, SourceUnavailable } from './errors.ts';
import { asSourceUnavailable, isForgotten } from './failure.ts';
import { type Handshake, type OpenClient, openClient } from './handshake.ts';
import type { Memory } from './memory.ts';
import { orAborted } from './or-aborted.ts';
import type { Owner, Target, ToolDefinition } from './session.ts';
import { listAllTools } from './tool-list.ts';

/** Milliseconds: one tool call, whatever progress the server reports (product.md, limits). */
const CALL_MS = 20_000;
const CONNECT_MS = 10_000;
/** A server that was silent for longer is asked whether it is still there before it is relied on. */
const IDLE_MS = 60_000;
const MAX_ATTEMPTS = 3;
/** Doubled with each attempt, of which a random half to whole is waited. */
const BACKOFF_MS = 250;

export interface ManagedOptions {
  readonly owner: Owner;
  readonly target: Target;
  readonly fetch: GuardedFetch;
  readonly schemas: jsonSchemaValidator;
  readonly memory: Memory;
  readonly breaker: Breaker;
  /** As the breaker answered this connect. */
  readonly standing: BreakerState;
  readonly lease: Lease;
  /** 1 in production; tests shrink every limit by the same factor. */
  readonly timeScale: number;
  readonly now: () => Date;
}

type CallResult = Awaited<ReturnType<OpenClient['client']['callTool']>>;

export interface Managed {
  readonly handshake: Handshake;
  /** `refresh`: asks the server, whatever is remembered. @throws SourceUnavailable */
  listTools(signal: AbortSignal, refresh: boolean): Promise<readonly ToolDefinition[]>;
  /** @throws SourceUnavailable */
  callTool(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<CallResult>;
  /** Asks whether the server is there. @throws SourceUnavailable */
  ping(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** What counts against a server's availability: it did not answer. One that refuses does. */
const outages: ReadonlySet<SourceFailure> = new Set(['unreachable', 'lost', 'timed-out']);

/** @throws SourceUnavailable */
export async function openManaged(options: ManagedOptions, signal: AbortSignal): Promise<Managed> {
  const { owner, target, memory, breaker, lease, timeScale } = options;
  const connectMs = CONNECT_MS * timeScale;
  /** Counted once, however many calls an outage meets, until something works. */
  let isCounted = false;
  let mustClear = options.standing.state !== 'closed';
  let answeredAt = performance.now();
  let current: Promise<OpenClient> | null = null;

  const worked = async (): Promise<void> => {
    answeredAt = performance.now();
    if (!mustClear) return;
    mustClear = isCounted = false;
    await breaker.worked(owner.userId, target.connectionId);
  };
  const failed = async ({ failure }: SourceUnavailable): Promise<void> => {
    if (isCounted || !outages.has(failure)) return;
    isCounted = mustClear = true;
    await breaker.failed(owner.userId, target.connectionId);
  };

  const handshakeWith = async (from: Handshake | 'older' | null, within: AbortSignal): Promise<OpenClient> =>
    openClient({
      target,
      fetch: options.fetch,
      schemas: options.schemas,
      from,
      timeoutMs: connectMs,
      signal: within,
      now: options.now,
      onToolsChanged: () => void memory.forgetTools(),
    });

  /** `lost` is the handshake that the server did not know any more. */
  async function open(lost: Handshake | null, within: AbortSignal): Promise<OpenClient> {
    const remembered = await memory.handshake();
    const resumed = remembered !== null && !isSame(remembered, lost) ? await resume(remembered, within) : null;
    if (resumed !== null) return resumed;
    const known = remembered ?? lost;
    const opened = await handshakeWith(known?.era === 'older' ? 'older' : null, within).catch((error: unknown) => {
      // It spoke the older protocol when it was last asked. Perhaps it has learned.
      if (known?.era !== 'older' || !isForgotten(error)) throw error;
      return handshakeWith(null, within);
    });
    await worked();
    await memory.keepHandshake(opened.handshake);
    return opened;
  }

  /** Null when the server does not know it any more. Costs no request where it answered a moment ago. */
  async function resume(remembered: Handshake, within: AbortSignal): Promise<OpenClient | null> {
    try {
      const opened = await handshakeWith(remembered, within);
      if (!(await memory.isFresh()) || options.standing.state === 'half-open') {
        await askWhetherThere(opened, within).catch(async (error: unknown) => {
          await opened.close();
          throw error;
        });
      }
      return opened;
    } catch (error) {
      if (!isForgotten(error)) throw error;
      return null;
    }
  }

  async function askWhetherThere(opened: OpenClient, within: AbortSignal): Promise<void> {
    const limits = { signal: within, timeout: connectMs, maxTotalTimeout: connectMs };
    // The newer protocol has no ping: asking who is there is as cheap.
    await (opened.handshake.era === 'older' ? opened.client.ping(limits) : opened.client.discover(limits));
    await worked();
  }

  /** Shared by all who find it missing at the same time. */
  function fresh(lost: Handshake | null): Promise<OpenClient> {
    if (current !== null) return current;
    const limit = AbortSignal.any([AbortSignal.timeout(connectMs), lease.lost]);
    const opening = open(lost, limit);
    current = opening;
    opening.catch(() => drop(opening));
    return opening;
  }
  const drop = (which: Promise<OpenClient>): void => {
    if (current === which) current = null;
  };

  /**
   * Makes one request and heals what broke it, within one limit: a lost session is opened anew, once; a request that never left,
   * or that may be repeated, is made again after a pause.
   */
  async function use<T>(
    doing: string,
    { ms, repeatable, signal: callers }: { readonly ms: number; readonly repeatable: boolean; readonly signal: AbortSignal },
    work: (opened: OpenClient, limits: Limits) => Promise<T>,
  ): Promise<T> {
    const within = AbortSignal.any([callers, lease.lost, AbortSignal.timeout(ms)]);
    const limits = { signal: within, timeout: ms, maxTotalTimeout: ms };
    let lost: Handshake | null = null;
    for (let attempt = 1; ; attempt += 1) {
      const opening = fresh(lost);
      try {
        const opened = await orAborted(opening, within);
        if (performance.now() - answeredAt > IDLE_MS * timeScale) await askWhetherThere(opened, within);
        const result = await work(opened, limits);
        await worked();
        return result;
      } catch (error) {
        if (callers.aborted) throw callers.reason;
        if (lease.lost.aborted) throw new SourceUnavailable('disconnected', `${target.name} was disconnected`);
        const told = asSourceUnavailable(error, target.name, doing);
        const opened: OpenClient | null = isForgotten(error) && lost === null ? await opening.catch(() => null) : null;
        if (opened !== null) {
          lost = opened.handshake;
          // It is dropped, not closed: others may wait for answers that are under way. It keeps nothing open.
          drop(opening);
        }
        const maybeAgain =
          opened !== null ? repeatable : told.failure === 'unreachable' || (told.failure === 'lost' && repeatable);
        if (!maybeAgain || attempt === MAX_ATTEMPTS || within.aborted) {
          await failed(told);
          throw told;
        }
        if (opened === null) await backOff(attempt, timeScale, within);
      }
    }
  }

  await use('connect', { ms: connectMs, repeatable: true, signal }, async () => undefined);
  const opened = await fresh(null);
  return {
    handshake: opened.handshake,
    async listTools(callers, refresh) {
      const remembered = refresh ? null : await memory.tools();
      if (remembered !== null) return remembered;
      const tools = await use('tools/list', { ms: connectMs, repeatable: true, signal: callers }, listAllTools);
      await memory.keepTools(tools);
      return tools;
    },
    callTool: (name, args, callers) =>
      use(
        name,
        { ms: CALL_MS * timeScale, repeatable: target.repeatable?.includes(name) ?? false, signal: callers },
        (held, limits) => {
          held.call();
          return held.client.callTool({ name, arguments: args }, limits);
        },
      ),
    ping: (callers) =>
      use('ping', { ms: connectMs, repeatable: true, signal: callers }, (held) => askWhetherThere(held, callers)),
    async close() {
      const held = await current?.catch(() => null);
      await held?.close();
      const restMs = IDLE_MS - (performance.now() - answeredAt);
      if (held && restMs > 1_000) await memory.stayFresh(Math.floor(restMs / 1_000));
      await lease.release();
    },
  };
}

interface Limits {
  readonly signal: AbortSignal;
  readonly timeout: number;
  readonly maxTotalTimeout: number;
}

const isSame = (one: Handshake, other: Handshake | null): boolean =>
  other !== null && one.at === other.at && JSON.stringify(one) === JSON.stringify(other);

/** Ends early, without an error, when the time is over: the next attempt says so. */
const backOff = (attempt: number, timeScale: number, within: AbortSignal): Promise<void> =>
  pause(BACKOFF_MS * timeScale * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), undefined, { signal: within }).catch(
    () => undefined,
  );
