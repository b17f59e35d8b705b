import type { Script } from './cache.ts';

/**
 * `calls`: a sorted set of `<user> <call>`, scored by when it runs out. `waiting`: a hash of users to `<since> <last asked>`.
 * A free place goes to whoever of those that wait has the fewest, and of these to who waited longest: equal shares while places
 * are short, and no place stays empty for anybody's sake. Bears being run twice: a call that has its place is not counted again.
 */
export const modelBudgetScript: Script = {
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
