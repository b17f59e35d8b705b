/**
 * Entries of agent memory in Redis: per project and agent an order (by Redis's clock) and the entries themselves, both in the
 * project's slot. An entry lives 12 h; the oldest beyond the cap go. Everything here throws CacheUnavailable.
 */
import * as z from 'zod';
import type { Cache, Script } from '../cache/cache.ts';
import { CacheDefect } from '../cache/errors.ts';
import { keys } from '../cache/keys.ts';
import { memoryFact, provenance } from '../contract/api/memory.ts';
import { type Agent, agent as agents } from '../contract/events.ts';

const LIFE_MS = 12 * 3_600_000;
export const MAX_ENTRIES = 200;

/** The same fact is one entry, of the run that saw it last. `vector`: base64 of 32-bit floats. */
const stored = provenance.extend({ fact: memoryFact, vector: z.string().optional() });
export type StoredEntry = z.infer<typeof stored>;
export interface Entry extends StoredEntry {
  readonly id: string;
  readonly at: Date;
  readonly expiresAt: Date;
}

const nowMs = `local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)`;

/** Thousandths of a millisecond keep the order within a batch. */
const keepScript: Script = {
  name: 'keepmemory',
  keys: 2,
  lua: `${nowMs}
local life, cap = tonumber(ARGV[1]), tonumber(ARGV[2])
for at = 3, #ARGV, 2 do
  redis.call('ZADD', KEYS[1], string.format('%.3f', now + (at - 3) / 2000), ARGV[at])
  redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
end
local function forget(ids)
  for _, id in ipairs(ids) do redis.call('ZREM', KEYS[1], id) redis.call('HDEL', KEYS[2], id) end
end
forget(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - life))
local over = redis.call('ZCARD', KEYS[1]) - cap
if over > 0 then forget(redis.call('ZRANGE', KEYS[1], 0, over - 1)) end
redis.call('PEXPIRE', KEYS[1], life)
redis.call('PEXPIRE', KEYS[2], life)`,
};

const listScript: Script = {
  name: 'listmemory',
  keys: 2,
  lua: `${nowMs}
local found = {}
local ranked = redis.call('ZREVRANGEBYSCORE', KEYS[1], '+inf', '(' .. string.format('%.3f', now - tonumber(ARGV[1])), 'WITHSCORES')
for at = 1, #ranked, 2 do
  local entry = redis.call('HGET', KEYS[2], ranked[at])
  if entry then table.insert(found, {ranked[at], ranked[at + 1], entry}) end
end
return found`,
};

const keysOf = (projectId: string, agent: Agent) => [
  keys.memory(projectId, agent, 'order'),
  keys.memory(projectId, agent, 'entries'),
];

/** By id; of more than fit the last are kept. */
export async function keepEntries(
  cache: Cache,
  projectId: string,
  agent: Agent,
  entries: ReadonlyMap<string, StoredEntry>,
): Promise<void> {
  const last = [...entries].slice(-MAX_ENTRIES);
  if (last.length === 0) return;
  const args = last.flatMap(([id, entry]) => [id, JSON.stringify(entry)]);
  await cache.run(keepScript, keysOf(projectId, agent), [LIFE_MS, MAX_ENTRIES, ...args]);
}

const listed = z.array(z.tuple([z.uuid(), z.coerce.number(), z.string()]));

/** Newest first. What another version of the program wrote in another shape is passed over. */
export async function listEntries(cache: Cache, projectId: string, agent: Agent): Promise<Entry[]> {
  const rows = listed.safeParse(await cache.run(listScript, keysOf(projectId, agent), [LIFE_MS]));
  if (!rows.success) throw new CacheDefect('Redis answered in an unknown shape.');
  return rows.data.flatMap(([id, score, json]) => {
    const entry = stored.safeParse(JSON.parse(json));
    const at = Math.floor(score);
    return entry.success ? [{ id, ...entry.data, at: new Date(at), expiresAt: new Date(at + LIFE_MS) }] : [];
  });
}

/** Of every agent. */
export async function clearEntries(cache: Cache, projectId: string): Promise<void> {
  const all = agents.options.flatMap((agent) => keysOf(projectId, agent));
  await Promise.all(all.map((key) => cache.remove(key)));
}
