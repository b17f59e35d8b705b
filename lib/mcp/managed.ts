/** One connection of one user while it is open in this process: it heals itself, and keeps each call within its limits. */
import { setTimeout as pause } from 'node:timers/promises';
import type { jsonSchemaValidator } from '@modelcontextprotocol/client';
import pLimit from 'p-limit';
import type { Lease } from '../cache/leases.ts';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import { timeLimit } from '../runtime/time-limit.ts';
import { SourceUnavailable } from './errors.ts';
import { asSourceUnavailable, isForgotten } from './failure.ts';
import type { Handshake, OpenClient } from './handshake.ts';
import { openLiveClient } from './live-client.ts';
import type { Memory } from './memory.ts';
import { orAborted } from './or-aborted.ts';
import { openQuestions } from './questions.ts';
import type { Target, ToolDefinition } from './session.ts';
import type { Standing } from './standing.ts';
import { listAllTools } from './tool-list.ts';

/** Milliseconds: one tool call, whatever progress the server reports (product.md, limits). */
const CALL_MS = 20_000;
/** Of one connection, so that a server which hangs holds up nobody else's calls, and none is flooded. The rest wait within their time. */
const CALLS_AT_ONCE = 10;
const CONNECT_MS = 10_000;
/** A server that was silent for longer is asked whether it is still there before it is relied on. */
const IDLE_MS = 60_000;
const MAX_ATTEMPTS = 3;
/** Doubled with each attempt; between half of it and the whole is waited. */
const BACKOFF_MS = 250;

export interface ManagedOptions {
  readonly target: Target;
  readonly fetch: GuardedFetch;
  readonly schemas: jsonSchemaValidator;
  readonly memory: Memory;
  readonly standing: Standing;
  readonly lease: Lease;
  /** 1 in production; tests shrink every limit by the same factor. */
  readonly timeScale: number;
  readonly now: () => Date;
}

export interface Managed {
  /** The latest: a healed connection has another one. */
  handshake(): Handshake;
  /** `refresh`: asks the server, whatever is remembered. @throws SourceUnavailable */
  listTools(signal: AbortSignal, refresh: boolean): Promise<readonly ToolDefinition[]>;
  /** @throws SourceUnavailable */
  callTool(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<CallResult>;
  /** What the server asked meanwhile (questions.ts). */
  asked(): readonly string[];
  /** Asks whether the server is there. @throws SourceUnavailable */
  ping(signal: AbortSignal): Promise<void>;
  /** Whoever still uses it is told that it was disconnected. */
  close(): Promise<void>;
}

type CallResult = Awaited<ReturnType<OpenClient['client']['callTool']>>;

interface Use {
  /** As a message says it. */
  readonly doing: string;
  readonly limitMs: number;
  /** May be asked again where nobody knows whether it was done. */
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
}

interface Limits {
  readonly signal: AbortSignal;
  readonly timeout: number;
  readonly maxTotalTimeout: number;
}

/** Says when its request leaves. */
type Work<T> = (opened: OpenClient, limits: Limits, leaves: () => void) => Promise<T>;

/** @throws SourceUnavailable */
export async function openManaged(options: ManagedOptions, signal: AbortSignal): Promise<Managed> {
  const { target, memory, standing, lease, timeScale } = options;
  const [connectMs, callMs, idleMs] = [CONNECT_MS * timeScale, CALL_MS * timeScale, IDLE_MS * timeScale];
  let reliedOnAt = performance.now();
  let answeredAt: number | null = null;
  const onAnswer = (): void => {
    answeredAt = reliedOnAt = performance.now();
    standing.worked();
  };
  const closed = new AbortController();
  const over = AbortSignal.any([lease.lost, closed.signal]);
  const questions = openQuestions();
  const inTurn = pLimit(CALLS_AT_ONCE);
  const live = openLiveClient({ ...options, questions, over, timeoutMs: connectMs, isDoubtful: standing.isDoubtful, onAnswer });
  let latest: Handshake;

  /**
   * Makes one request and heals what broke it, all within one limit: a session that the server forgot is opened anew, once; a request
   * that never left, or that may be repeated, is made again after a pause.
   */
  async function use<T>(asked: Use, work: Work<T>): Promise<T> {
    const limit = timeLimit(asked.limitMs, [asked.signal, over]);
    try {
      return await healed(asked, limit.signal, work);
    } finally {
      limit.end();
    }
  }

  async function healed<T>({ doing, limitMs, repeatable, signal: callers }: Use, within: AbortSignal, work: Work<T>): Promise<T> {
    let hasForgotten = false;
    for (let attempt = 1; ; attempt += 1) {
      const opening = live.get();
      let left = false;
      try {
        const opened = await orAborted(opening, within);
        if (performance.now() - reliedOnAt > idleMs) await live.ask(opened, within);
        latest = opened.handshake;
        return await work(opened, { signal: within, timeout: limitMs, maxTotalTimeout: limitMs }, () => {
          left = true;
        });
      } catch (error) {
        if (callers.aborted) throw callers.reason;
        if (over.aborted) throw new SourceUnavailable('disconnected', `${target.name} was disconnected`);
        const told = asSourceUnavailable(error, target.name, doing);
        const opened = isForgotten(error) && !hasForgotten ? await opening.catch(() => null) : null;
        if (opened !== null) {
          hasForgotten = true;
          live.forget(opened);
        }
        const isBroken = opened !== null || told.failure === 'lost' || told.failure === 'unreachable';
        const mayRepeat = repeatable || !left || told.failure === 'unreachable';
        if (!isBroken || !mayRepeat || attempt === MAX_ATTEMPTS || within.aborted) {
          await standing.failed(told);
          throw told;
        }
        if (opened === null) await backOff(attempt, timeScale, within);
      }
    }
  }

  const asking = (doing: string, callers: AbortSignal): Use => ({
    doing,
    limitMs: connectMs,
    repeatable: true,
    signal: callers,
  });
  try {
    latest = await use(asking('connect', signal), async ({ handshake }) => handshake);
  } catch (error) {
    // Whoever frees this one's place may do so only once nothing of it is open.
    closed.abort();
    await live.close();
    throw error;
  }
  return {
    handshake: () => latest,
    async listTools(callers, refresh) {
      const remembered = refresh ? null : await memory.tools();
      if (remembered !== null) return remembered;
      const tools = await use(asking('tools/list', callers), listAllTools);
      onAnswer();
      await memory.keepTools(tools);
      return tools;
    },
    async callTool(name, args, callers) {
      const repeatable = target.repeatable?.includes(name) ?? false;
      const call = async (opened: OpenClient, limits: Limits, leaves: () => void): Promise<CallResult> => {
        limits.signal.throwIfAborted();
        leaves();
        const ended = await opened.call(name, limits.signal);
        try {
          return await opened.client.callTool({ name, arguments: args }, limits);
        } finally {
          ended();
        }
      };
      const result = await use({ doing: name, limitMs: callMs, repeatable, signal: callers }, (opened, limits, leaves) =>
        orAborted(
          inTurn(() => call(opened, limits, leaves)),
          limits.signal,
        ),
      );
      onAnswer();
      return result;
    },
    asked: () => questions.take(),
    ping: (callers) => use(asking('ping', callers), (opened, limits) => live.ask(opened, limits.signal)),
    async close() {
      if (closed.signal.aborted) return;
      closed.abort();
      await live.close();
      const restMs = answeredAt === null ? 0 : idleMs - (performance.now() - answeredAt);
      try {
        if (restMs > 1_000) await memory.stayFresh(Math.floor(restMs / 1_000));
        await standing.told();
      } finally {
        await lease.release();
      }
    },
  };
}

/** Ends early, without an error, when the time is over: the next attempt says so. */
const backOff = (attempt: number, timeScale: number, within: AbortSignal): Promise<void> =>
  pause(BACKOFF_MS * timeScale * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), undefined, { signal: within }).catch(
    () => undefined,
  );
