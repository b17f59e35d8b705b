/**
 * What runs and people may spend on a model, and how many calls are under way at once, over all instances. Reserved before a call
 * and settled after it, in one script each; by Redis's clock. A call whose process died stays counted as what was reserved.
 */
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

/** `wait`: every place is taken, or this person has their share of them. */
export type Reserved = 'ok' | 'wait' | 'run-tokens' | 'run-cost' | 'user-tokens';

/** A run ends long before; its figures are in the database by then. */
const RUN_MS = 2 * 24 * 3_600_000;
const DAY_MS = 2 * 24 * 3_600_000;

/**
 * A member of the calls is `<user> <call>`, scored by when it runs out. Once half of the places are taken each person who has a
 * call under way, or asks for one, gets an equal share of all. Bears being run twice: a call that has its place is not counted again.
 */
const script: Script = {
  name: 'modelbudget',
  keys: 3,
  lua: `
local op, user, call = ARGV[1], ARGV[2], ARGV[3]
local tokens, micros, hold = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local perRun, perRunMicros, perUser, places = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local runMs, dayMs = tonumber(ARGV[11]), tonumber(ARGV[12])
local calls, userKey, runKey = KEYS[1], KEYS[2], KEYS[3]
local member = user .. ' ' .. call
local function add(by, byMicros)
  redis.call('INCRBY', userKey, by)
  redis.call('PEXPIRE', userKey, dayMs)
  redis.call('HINCRBY', runKey, 'tokens', by)
  redis.call('HINCRBY', runKey, 'micros', byMicros)
  redis.call('PEXPIRE', runKey, runMs)
end
if op == 'settle' then
  if redis.call('ZREM', calls, member) == 1 then add(tokens, micros) end
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
local open = redis.call('ZCARD', calls)
if open >= places then return 'wait' end
if open * 2 >= places then
  local mine, users, seen = 0, 1, { [user] = true }
  for _, held in ipairs(redis.call('ZRANGE', calls, 0, -1)) do
    local holder = string.match(held, '^(%S+)')
    if holder == user then mine = mine + 1 end
    if not seen[holder] then
      seen[holder] = true
      users = users + 1
    end
  end
  if mine >= math.max(1, math.floor(places / users)) then return 'wait' end
end
redis.call('ZADD', calls, now + hold, member)
redis.call('PEXPIRE', calls, 10 * hold)
add(tokens, micros)
return 'ok'`,
};

const answer = z.enum(['ok', 'wait', 'run-tokens', 'run-cost', 'user-tokens']);

export interface ModelBudget {
  /** Takes a place for `holdMs` and counts the spending. @throws CacheUnavailable */
  reserve(who: Spender, callId: string, spending: Spending, holdMs: number): Promise<Reserved>;
  /** Gives the place back and corrects the count by the difference. @throws CacheUnavailable */
  settle(who: Spender, callId: string, difference: Spending): Promise<void>;
}

export function openModelBudget(cache: Cache, limits: BudgetLimits, now: () => Date): ModelBudget {
  const run = async (op: string, { userId, runId }: Spender, callId: string, { tokens, micros }: Spending, holdMs: number) => {
    const { tokensPerRun, microsPerRun, tokensPerUserDay, callsAtOnce } = limits;
    const day = now().toISOString().slice(0, 10);
    const names = [keys.modelCalls(), keys.modelUser(userId, day), keys.modelRun(runId)];
    const bounds = [tokensPerRun, microsPerRun ?? -1, tokensPerUserDay, callsAtOnce, RUN_MS, DAY_MS];
    const spent = [Math.round(tokens), Math.round(micros), Math.ceil(holdMs)];
    return answer.parse(await cache.run(script, names, [op, userId.toLowerCase(), callId, ...spent, ...bounds]));
  };
  return {
    reserve: (who, callId, spending, holdMs) => run('reserve', who, callId, spending, holdMs),
    settle: async (who, callId, difference) => void (await run('settle', who, callId, difference, 1)),
  };
}
