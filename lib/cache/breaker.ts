/**
 * A circuit breaker per user and connection, shared by all instances: after repeated failures nothing is asked of the server
 * for a while, then one caller may try. By Redis's clock; with Redis gone it lets everyone pass.
 */
import * as z from 'zod';
import type { Cache, Script } from './cache.ts';
import { CacheUnavailable } from './errors.ts';
import { keys } from './keys.ts';

/** Failures in a row that open it. */
export const BREAKER_FAILURES = 5;
const COOL_DOWN_MS = 30_000;
/** How long the one who tries may take before another may. */
const TRIAL_MS = 15_000;
/** Failures that lie further apart are not "in a row". Longer than it stays open. */
const MEMORY_MS = 600_000;

/**
 * Hash: `failures`, and once open `since`, `retry` and, while somebody tries, `trial` (all but the first epoch milliseconds).
 * `look` changes nothing. A failure counted twice (the command was sent again) opens it one failure early.
 */
const breakerScript: Script = {
  name: 'connectionbreaker',
  keys: 1,
  lua: `
local op, limit, cool, trialMs, memory = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if op == 'worked' then
  redis.call('DEL', KEYS[1])
  return { 'closed', 0, 0 }
end
if op == 'failed' then
  local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
  if failures >= limit then
    redis.call('HSETNX', KEYS[1], 'since', now)
    redis.call('HSET', KEYS[1], 'retry', now + cool)
    redis.call('HDEL', KEYS[1], 'trial')
  end
  redis.call('PEXPIRE', KEYS[1], memory)
end
local held = redis.call('HMGET', KEYS[1], 'since', 'retry', 'trial')
if not held[1] then return { redis.call('EXISTS', KEYS[1]) == 1 and 'failing' or 'closed', 0, 0 } end
local since, retry, trial = tonumber(held[1]), tonumber(held[2]), tonumber(held[3] or '0')
if now < retry then return { 'open', since, retry } end
if trial > now then return { 'open', since, trial } end
if op == 'ask' then redis.call('HSET', KEYS[1], 'trial', now + trialMs) end
return { 'half-open', since, retry }`,
};

const answer = z.tuple([z.enum(['closed', 'failing', 'open', 'half-open']), z.int(), z.int()]);

export interface BreakerState {
  /** `failing`: closed, with failures counted; `half-open`: the next one may try. */
  readonly state: 'closed' | 'failing' | 'open' | 'half-open';
  /** When it opened, and when it lets somebody try again; null unless open or half-open. */
  readonly since: Date | null;
  readonly retryAt: Date | null;
}

export interface Breaker {
  /** `half-open` makes the caller the one who tries. */
  ask(userId: string, connectionId: string): Promise<BreakerState>;
  look(userId: string, connectionId: string): Promise<BreakerState>;
  failed(userId: string, connectionId: string): Promise<void>;
  worked(userId: string, connectionId: string): Promise<void>;
}

const closed: BreakerState = { state: 'closed', since: null, retryAt: null };

export function openBreaker(cache: Cache, { timeScale = 1, onOpened = () => {} } = {}): Breaker {
  const run = async (op: string, userId: string, connectionId: string): Promise<BreakerState> => {
    const args = [
      op,
      BREAKER_FAILURES,
      Math.ceil(COOL_DOWN_MS * timeScale),
      Math.ceil(TRIAL_MS * timeScale),
      Math.ceil(MEMORY_MS * timeScale),
    ];
    try {
      const key = keys.connectionOf(userId, connectionId, 'breaker');
      const [state, since, retry] = answer.parse(await cache.run(breakerScript, [key], args));
      return since === 0 ? { ...closed, state } : { state, since: new Date(since), retryAt: new Date(retry) };
    } catch (error) {
      if (!(error instanceof CacheUnavailable)) throw error;
      return closed;
    }
  };
  return {
    ask: (userId, connectionId) => run('ask', userId, connectionId),
    look: (userId, connectionId) => run('look', userId, connectionId),
    failed: async (userId, connectionId) => {
      if ((await run('failed', userId, connectionId)).state === 'open') onOpened();
    },
    worked: async (userId, connectionId) => void (await run('worked', userId, connectionId)),
  };
}
