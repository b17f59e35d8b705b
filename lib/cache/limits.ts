/** Token buckets: a user may burst up to a minute's worth, then gets `perMinute` spread evenly. By Redis's clock. */
import * as z from 'zod';
import type { Cache, Script } from './cache.ts';
import { CacheUnavailable } from './errors.ts';
import { keys } from './keys.ts';

/** What is counted apart; add a word here, never a text from outside. */
export type Bucket = 'api' | 'socket';

const takeTokenScript: Script = {
  name: 'taketoken',
  keys: 1,
  lua: `
local capacity = tonumber(ARGV[1])
local perMs = capacity / 60000
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(held[1]) or capacity
local at = tonumber(held[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * perMs)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = math.ceil((1 - tokens) / perMs) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], 60000)
return wait`,
};

export interface Allowance {
  readonly allowed: boolean;
  /** Whole seconds until the next token, 0 when allowed: the value of a Retry-After header. */
  readonly retryAfterSeconds: number;
}

/** Fails open: with Redis gone everyone is allowed, because a limit protects against a crowd and an outage already thins it. */
export async function takeToken(
  cache: Cache,
  wanted: { readonly userId: string; readonly bucket: Bucket; readonly perMinute: number },
): Promise<Allowance> {
  try {
    const answer = await cache.run(takeTokenScript, [keys.limit(wanted.userId, wanted.bucket)], [wanted.perMinute]);
    const waitMs = z.int().min(0).parse(answer);
    return { allowed: waitMs === 0, retryAfterSeconds: Math.ceil(waitMs / 1000) };
  } catch (error) {
    if (!(error instanceof CacheUnavailable)) throw error;
    return { allowed: true, retryAfterSeconds: 0 };
  }
}
