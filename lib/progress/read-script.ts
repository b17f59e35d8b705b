import type { Script } from '../cache/cache.ts';

/**
 * One consistent look at a run's stream, after a cursor.
 *
 * KEYS  state (hash), events (stream)
 * ARGV  stream ('' = from the beginning), seq, at most so many events
 * Returns ['none'] | ['events', stream, newest seq, [[id, [field, value, ...]], ...]]
 *       | ['snapshot', stream, newest seq, [field, value, ...]] when what follows the cursor is not there (any more).
 */
export const readScript: Script = {
  name: 'progressread',
  keys: 2,
  lua: `
local held = redis.call('HMGET', KEYS[1], 'stream', 'seq')
local stream, newest = held[1], tonumber(held[2]) or 0
if not stream then return {'none'} end
local after = tonumber(ARGV[2])
if (ARGV[1] == '' or ARGV[1] == stream) and after <= newest then
  if after == newest then return {'events', stream, newest, {}} end
  local found = redis.call('XRANGE', KEYS[2], (after + 1) .. '-0', '+', 'COUNT', ARGV[3])
  if #found > 0 and found[1][1] == (after + 1) .. '-0' then return {'events', stream, newest, found} end
end
return {'snapshot', stream, newest, redis.call('HGETALL', KEYS[1])}
`,
};

/**
 * Raises the epoch that the stream accepts; never lowers it.
 * KEYS state · ARGV epoch, expiry in seconds
 */
export const epochScript: Script = {
  name: 'progressepoch',
  keys: 1,
  lua: `
local held = tonumber(redis.call('HGET', KEYS[1], 'epoch'))
if not held or tonumber(ARGV[1]) > held then redis.call('HSET', KEYS[1], 'epoch', ARGV[1]) end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
`,
};
