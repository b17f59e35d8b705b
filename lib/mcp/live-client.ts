/** The client of one open connection: opened with what is remembered where that still holds, with a handshake where it does not. */
import type { jsonSchemaValidator } from '@modelcontextprotocol/client';
import type { Lease } from '../cache/leases.ts';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import { isForgotten } from './failure.ts';
import { type Handshake, type OpenClient, openClient } from './handshake.ts';
import type { Memory } from './memory.ts';
import type { Questions } from './questions.ts';
import type { Target } from './session.ts';

export interface LiveClientOptions {
  readonly target: Target;
  readonly fetch: GuardedFetch;
  readonly schemas: jsonSchemaValidator;
  readonly memory: Memory;
  readonly questions: Questions;
  readonly lease: Pick<Lease, 'renew'>;
  /** The connection is closed, or its lease is lost: nothing more is opened. */
  readonly over: AbortSignal;
  /** For one opening, and for one question whether the server is there. */
  readonly timeoutMs: number;
  /** Relies on nothing remembered without asking first. */
  readonly isDoubtful: boolean;
  readonly now: () => Date;
  /** The server has answered something. */
  readonly onAnswer: () => void;
}

export interface LiveClient {
  /** One opening for all who ask at the same time. @throws what the SDK throws */
  get(): Promise<OpenClient>;
  /** Asks whether the server is there. @throws what the SDK throws */
  ask(opened: OpenClient, signal: AbortSignal): Promise<void>;
  /** The server does not know this one any more: the next `get` opens another. */
  forget(opened: OpenClient): void;
  close(): Promise<void>;
}

export function openLiveClient(options: LiveClientOptions): LiveClient {
  const { target, memory, lease, timeoutMs, onAnswer } = options;
  let current: Promise<OpenClient> | null = null;
  let held: OpenClient | null = null;
  let forgotten: Handshake | null = null;

  const openFrom = (from: Handshake | 'older' | null, signal: AbortSignal): Promise<OpenClient> => {
    const { fetch, schemas, questions, now } = options;
    const onToolsChanged = () => void memory.forgetTools();
    return openClient({ target, fetch, schemas, questions, from, timeoutMs, signal, now, onToolsChanged });
  };

  async function open(signal: AbortSignal): Promise<OpenClient> {
    // The session may have ended because its owner disconnected elsewhere.
    if (forgotten !== null) await lease.renew();
    signal.throwIfAborted();
    const remembered = await memory.handshake();
    const isUsable = remembered !== null && !isSame(remembered, forgotten) && fits(remembered, target);
    const resumed = isUsable ? await resume(remembered, signal) : null;
    if (resumed !== null) return resumed;
    const wasOlder = (remembered ?? forgotten)?.era === 'older';
    const opened = await openFrom(wasOlder ? 'older' : null, signal).catch((error: unknown) => {
      // It spoke the older protocol when it was last asked. Perhaps it has learned.
      if (!wasOlder || !isForgotten(error)) throw error;
      return openFrom(null, signal);
    });
    onAnswer();
    await memory.keepHandshake(opened.handshake);
    return opened;
  }

  /** Null when the server does not know it any more. Costs no request where it answered a moment ago. */
  async function resume(remembered: Handshake, signal: AbortSignal): Promise<OpenClient | null> {
    let opened: OpenClient | null = null;
    try {
      opened = await openFrom(remembered, signal);
      if (options.isDoubtful || !(await memory.isFresh())) await ask(opened, signal);
      return opened;
    } catch (error) {
      // Nobody else knows it yet.
      await opened?.close().catch(() => undefined);
      if (!isForgotten(error)) throw error;
      return null;
    }
  }

  async function ask({ handshake, client }: OpenClient, signal: AbortSignal): Promise<void> {
    const limits = { signal, timeout: timeoutMs, maxTotalTimeout: timeoutMs };
    // The newer protocol has no ping: asking who is there is as cheap.
    await (handshake.era === 'older' ? client.ping(limits) : client.discover(limits));
    onAnswer();
  }

  return {
    get() {
      if (current !== null) return current;
      const opening = open(AbortSignal.any([AbortSignal.timeout(timeoutMs), options.over]));
      current = opening;
      opening.then(
        (opened) => {
          held = opened;
        },
        () => {
          if (current === opening) current = null;
        },
      );
      return opening;
    },
    ask,
    forget(opened) {
      if (held !== opened) return;
      // Dropped, not closed: others may wait for answers that are under way. It keeps nothing open.
      forgotten = opened.handshake;
      current = held = null;
    },
    async close() {
      const opened = await current?.catch(() => null);
      // Whatever it says, nothing is left to be closed.
      await opened?.close().catch(() => undefined);
    },
  };
}

/** A session of the older protocol was told once and for all whether its questions are answered. */
const fits = (remembered: Handshake, { elicitation }: Target): boolean =>
  remembered.era === 'modern' || remembered.answers === (elicitation === 'defaults');

const isSame = (one: Handshake, other: Handshake | null): boolean =>
  other !== null && one.at === other.at && JSON.stringify(one) === JSON.stringify(other);
