/**
 * Leases: how many connections of a user are open, over all instances. One hash per user, one script, Redis's clock.
 * A lease is one live client in one process. It is renewed while the client lives and runs out by itself when its process dies.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Cache, Script } from './cache.ts';
import { keys } from './keys.ts';

/** product.md, limits: open connections of one user, over all instances. */
export const CONNECTION_CAP = 10;
/** Milliseconds until the place of a process that died is free again. */
export const LEASE_MS = 30_000;

/**
 * A field is `<until> <connection> <name>`; of a lease that was called in, `<until> -`, so that its holder learns of it at its next
 * renewal. Bears being run twice: a lease that is held already is renewed by `take`. A renewal after Redis lost its memory takes
 * the place again, where there is one.
 */
const leaseScript: Script = {
  name: 'connectionlease',
  keys: 1,
  lua: `
local op, id, connection, name = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local ttl, cap = tonumber(ARGV[5]), tonumber(ARGV[6])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local open, count, held, called = {}, 0, false, false
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  local ends, of, named = string.match(all[at + 1], '^(%d+) (%S+) ?(.*)$')
  if tonumber(ends) <= now then
    redis.call('HDEL', KEYS[1], all[at])
  elseif of == '-' then
    called = called or all[at] == id
  elseif op == 'call' and (connection == '' or of == connection) then
    redis.call('HSET', KEYS[1], all[at], string.format('%d -', now + ttl))
  else
    held = held or all[at] == id
    count = count + 1
    open[#open + 1] = { of, named }
  end
end
local answer = 'ok'
if op == 'release' or (op == 'renew' and called) then
  redis.call('HDEL', KEYS[1], id)
  if op == 'renew' then answer = 'called' end
elseif op == 'take' or op == 'renew' then
  if held or count < cap then
    redis.call('HSET', KEYS[1], id, string.format('%d %s %s', now + ttl, connection, name))
  else
    answer = 'full'
  end
end
if op ~= 'list' then redis.call('PEXPIRE', KEYS[1], 2 * ttl) end
return { answer, open }`,
};

const answer = z.tuple([z.enum(['ok', 'full', 'called']), z.array(z.tuple([z.string(), z.string()]))]);

export interface OpenConnection {
  readonly connectionId: string;
  /** As its owner called it when it was opened. */
  readonly name: string;
}

export interface Lease {
  /** Aborts when the lease was called in, or its place was lost to others: the client has to go. */
  readonly lost: AbortSignal;
  /** Never throws. Happens by itself; called before something is begun that a lost lease must not begin. */
  renew(): Promise<void>;
  /** Never throws: a lease that Redis was not told of runs out by itself. */
  release(): Promise<void>;
}

export type Taken = { readonly lease: Lease } | { readonly full: readonly OpenConnection[] };

export interface Leases {
  /** @throws CacheUnavailable: nobody knows how many are open */
  take(userId: string, connection: OpenConnection): Promise<Taken>;
  /** @throws CacheUnavailable */
  list(userId: string): Promise<readonly OpenConnection[]>;
  /** Asks every holder, wherever it runs, to close: of one connection, or of all. @throws CacheUnavailable */
  callIn(userId: string, connectionId?: string): Promise<void>;
}

/** `leaseMs` is a test's to shorten. */
export function openLeases(cache: Cache, { leaseMs = LEASE_MS } = {}): Leases {
  const ask = async (op: string, userId: string, id: string, { connectionId, name }: OpenConnection) => {
    const args = [op, id, connectionId, name, leaseMs, CONNECTION_CAP];
    const [said, open] = answer.parse(await cache.run(leaseScript, [keys.leases(userId)], args));
    return { said, open: open.map(([of, named]): OpenConnection => ({ connectionId: of, name: named })) };
  };
  const nothing = { connectionId: '', name: '' };

  return {
    async take(userId, connection) {
      const id = randomUUID();
      const { said, open } = await ask('take', userId, id, connection);
      if (said !== 'ok') return { full: open };
      const gone = new AbortController();
      const renew = async (): Promise<void> => {
        try {
          if ((await ask('renew', userId, id, connection)).said === 'ok') return;
          stop();
          gone.abort();
        } catch {
          // With Redis gone a lease that is held stays good; its holder ends with its task.
        }
      };
      const timer = setInterval(() => void renew(), leaseMs / 3).unref();
      const stop = (): void => clearInterval(timer);
      return {
        lease: {
          lost: gone.signal,
          renew,
          async release() {
            stop();
            await ask('release', userId, id, connection).catch(() => undefined);
          },
        },
      };
    },
    list: async (userId) => (await ask('list', userId, '', nothing)).open,
    callIn: async (userId, connectionId = '') => void (await ask('call', userId, '', { connectionId, name: '' })),
  };
}
