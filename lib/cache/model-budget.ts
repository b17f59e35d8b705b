/**
 * What runs and people may spend on a model, and how many calls are under way at once, over all instances. Reserved before a call
 * and settled after it, in one script each; by Redis's clock. A call whose process died stays counted as what was reserved.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Cache, Script } from './cache.ts';
import { keys } from './keys.ts';

export interface BudgetLimits {
  readonly tokensPerRun: number;
  readonly tokensPerUserDay: number;
  /** Millionths of a US dollar; null: no limit, or no price is known. */
  readonly microsPerRun: number | null;
  readonly callsAtOnce: number;
}

export interface Spending {
  readonly tokens: number;
  /** Millionths of a US dollar. */
  readonly micros: number;
}

export interface Spender {
  readonly userId: string;
  readonly runId: string;
}

/** Milliseconds: counts outlive the run, and the day. */
const COUNTED_MS = 2 * 24 * 3_600_000;
/** How long after it was last heard of somebody who waits keeps their turn; they ask again sooner. */
const TURN_MS = 600;
/** A place outlives its call's deadline by this, so that whoever settles late still finds it. */
const SLACK_MS = 5_000;

/**
 * `calls`: a sorted set of `<user> <call>`, scored by when it runs out. `waiting`: a hash of users to `<since> <last asked>`.
 * A free place goes to whoever of those that wait has the fewest, and of these to who waited longest: equal shares while places
 * are short, and no place stays empty for anybody's sake. Bears being run twice: a call that has its place is not counted again.
 */
const script: Script = {
  name: 'modelbudget',
  keys: 4,
  lua: `
local op, user, call = ARGV[1], ARGV[2], ARGV[3]
local tokens, micros, hold = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local perRun, perRunMicros, perUser, places = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local counted, turn = ARGV[11], tonumber(ARGV[12])
local calls, waiting, userKey, runKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local member = user .. ' ' .. call
local function add()
  redis.call('INCRBY', userKey, ARGV[4])
  redis.call('PEXPIRE', userKey, counted)
  redis.call('HINCRBY', runKey, 'tokens', ARGV[4])
  redis.call('HINCRBY', runKey, 'micros', ARGV[5])
  redis.call('PEXPIRE', runKey, counted)
end
if op == 'settle' then
  if redis.call('ZREM', calls, member) == 1 then add() end
  return 'ok'
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZREMRANGEBYSCORE', calls, '-inf', now)
if redis.call('ZSCORE', calls, member) then return 'ok' end
local spent = redis.call('HMGET', runKey, 'tokens', 'micros')
if tonumber(spent[1] or '0') + tokens > perRun then return 'run-tokens' end
if perRunMicros >= 0 and tonumber(spent[2] or '0') + micros > perRunMicros then return 'run-cost' end
if tonumber(redis.call('GET', userKey) or '0') + tokens > perUser then return 'user-tokens' end

local since, others = now, {}
local all = redis.call('HGETALL', waiting)
for at = 1, #all, 2 do
  local from, seen = string.match(all[at + 1], '^(%d+) (%d+)$')
  if tonumber(seen) + turn < now then
    redis.call('HDEL', waiting, all[at])
  elseif all[at] == user then
    since = tonumber(from)
  else
    others[#others + 1] = { all[at], tonumber(from) }
  end
end
local mayTake = redis.call('ZCARD', calls) < places
if mayTake and #others > 0 then
  local held = {}
  for _, one in ipairs(redis.call('ZRANGE', calls, 0, -1)) do
    local holder = string.match(one, '^(%S+)')
    held[holder] = (held[holder] or 0) + 1
  end
  local mine = held[user] or 0
  for _, other in ipairs(others) do
    local theirs = held[other[1]] or 0
    if theirs < mine or (theirs == mine and other[2] < since) then mayTake = false end
  end
end
if not mayTake then
  redis.call('HSET', waiting, user, string.format('%d %d', since, now))
  redis.call('PEXPIRE', waiting, turn)
  return 'wait'
end
redis.call('HDEL', waiting, user)
redis.call('ZADD', calls, now + hold, member)
redis.call('PEXPIRE', calls, counted)
add()
return 'ok'`,
};

const answer = z.enum(['ok', 'wait', 'run-tokens', 'run-cost', 'user-tokens']);

export interface Reservation {
  /** Gives the place back and counts what was spent in place of what was reserved. @throws CacheUnavailable: it stays as reserved */
  settle(spent: Spending): Promise<void>;
}

/** `wait`: every place is taken, or somebody has a better claim to the next one; ask again within 300 ms to keep the turn. */
export type Refusal = Exclude<z.infer<typeof answer>, 'ok'>;

export interface ModelBudget {
  /** Takes a place for `holdMs` and counts the most that the call may spend. @throws CacheUnavailable */
  reserve(who: Spender, most: Spending, holdMs: number): Promise<Reservation | Refusal>;
}

export function openModelBudget(cache: Cache, limits: BudgetLimits, now: () => Date): ModelBudget {
  const { tokensPerRun, microsPerRun, tokensPerUserDay, callsAtOnce } = limits;
  const bounds = [tokensPerRun, microsPerRun ?? -1, tokensPerUserDay, callsAtOnce, COUNTED_MS, TURN_MS];
  return {
    async reserve({ userId, runId }, most, holdMs) {
      // The day of the reservation is the day of the spending, though a call may end after midnight.
      const day = now().toISOString().slice(0, 10);
      const names = [keys.modelCalls(), keys.modelWaiting(), keys.modelUser(userId, day), keys.modelRun(runId)];
      const call = [userId.toLowerCase(), randomUUID()];
      const reserved = { tokens: Math.ceil(most.tokens), micros: Math.ceil(most.micros) };
      const hold = Math.ceil(holdMs) + SLACK_MS;
      const said = answer.parse(
        await cache.run(script, names, ['reserve', ...call, reserved.tokens, reserved.micros, hold, ...bounds]),
      );
      if (said !== 'ok') return said;
      return {
        async settle(spent) {
          const difference = [Math.ceil(spent.tokens) - reserved.tokens, Math.ceil(spent.micros) - reserved.micros];
          await cache.run(script, names, ['settle', ...call, ...difference, 0, ...bounds]);
        },
      };
    },
  };
}
