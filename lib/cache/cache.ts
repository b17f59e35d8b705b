/**
 * Redis as the rest of the program sees it: typed operations on keys made by keys.ts, and two errors.
 * Nothing of ioredis leaks out. With Redis gone every operation throws CacheUnavailable quickly instead of waiting for it.
 */
import { once } from 'node:events';
import { type CacheSettings, type Client, makeClient, together } from './client.ts';
import { CacheDefect, CacheUnavailable } from './errors.ts';
import type { Key } from './keys.ts';

/** What Redis answers: nil, text, a number, or a list of these. */
export type Reply = null | string | number | readonly Reply[];

/** A Lua script. All its keys must share one hash tag. */
export interface Script {
  /** Lower-case name, unique in the program. */
  readonly name: string;
  readonly lua: string;
  readonly keys: number;
}

export interface Cache {
  /** Runs a script atomically. */
  run(script: Script, keys: readonly Key[], args: readonly (string | number)[]): Promise<Reply>;
  set(key: Key, value: string, expiry: { readonly seconds: number }): Promise<void>;
  get(key: Key): Promise<string | null>;
  /** Reads and deletes in one step: of several readers one gets the value. */
  take(key: Key): Promise<string | null>;
  remove(key: Key): Promise<void>;
  /** Sets one field of a hash and renews the expiry of the whole. */
  setField(key: Key, field: string, value: string, expiry: { readonly seconds: number }): Promise<void>;
  removeField(key: Key, field: string): Promise<void>;
  fields(key: Key): Promise<ReadonlyMap<string, string>>;
  /** Members of a sorted set, ordered by score. */
  rank(key: Key, member: string, score: number): Promise<void>;
  unrank(key: Key, member: string): Promise<void>;
  rankedUpTo(key: Key, score: number, atMost: number): Promise<readonly string[]>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How long the first command waits for the connection. */
const FIRST_CONNECT_MS = 3_000;
/** A connection that broke while the function slept is back within this; an outage that lasts longer is not waited for at all. */
const BLIP_MS = 1_000;
/** Redis is reachable but can't serve: the first word of its answer. */
const UNAVAILABLE = new Set([
  'LOADING',
  'READONLY',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'MASTERDOWN',
  'OOM',
  'BUSY',
  'NOREPLICAS',
  'MISCONF',
]);

/** One step, so that no hash is ever left without an expiry. */
const setFieldScript: Script = {
  name: 'setfield',
  keys: 1,
  lua: `redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) redis.call('EXPIRE', KEYS[1], ARGV[3])`,
};

/** Opens no connection before the first operation. Every operation throws CacheUnavailable, of which `onUnavailable` is told, or CacheDefect. */
export function openCache(settings: CacheSettings, onUnavailable = () => {}): Cache {
  const client = makeClient(settings);
  let goneSince: number | null = null;
  client.on('ready', () => {
    goneSince = null;
  });
  client.on('reconnecting', () => {
    goneSince ??= performance.now();
  });
  // Each operation reports its own failure; without a listener ioredis would print this one.
  client.on('error', () => undefined);

  let connecting: Promise<void> | null = null;
  /** Shared by all who wait. */
  const connected = (): Promise<void> => {
    connecting ??= ready(client, goneSince === null ? FIRST_CONNECT_MS : BLIP_MS - (performance.now() - goneSince)).finally(
      () => {
        connecting = null;
      },
    );
    return connecting;
  };

  const send = async <T>(command: () => Promise<T>): Promise<T> => {
    try {
      if (client.status !== 'ready') await connected();
      together(client);
      return await command();
    } catch (error) {
      const failure = named(error);
      if (failure instanceof CacheUnavailable) onUnavailable();
      throw failure;
    }
  };
  const runScript = scripts(client);

  return {
    run: (script, keys, args) => send(async () => reply(await runScript(script, keys, args))),
    set: (key, value, { seconds }) => send(async () => void (await client.set(key, value, 'EX', seconds))),
    get: (key) => send(() => client.get(key)),
    take: (key) => send(() => client.getdel(key)),
    remove: (key) => send(async () => void (await client.del(key))),
    setField: (key, field, value, { seconds }) =>
      send(async () => void (await runScript(setFieldScript, [key], [field, value, seconds]))),
    removeField: (key, field) => send(async () => void (await client.hdel(key, field))),
    fields: (key) => send(async () => new Map(Object.entries(await client.hgetall(key)))),
    rank: (key, member, score) => send(async () => void (await client.zadd(key, score, member))),
    unrank: (key, member) => send(async () => void (await client.zrem(key, member))),
    rankedUpTo: (key, score, atMost) => send(() => client.zrangebyscore(key, '-inf', score, 'LIMIT', 0, atMost)),
    ping: () => send(async () => void (await client.ping())),
    close: async () => {
      client.disconnect();
    },
  };
}

/** Connects where nothing has yet, and waits for the connection until it fails or the time is over. */
async function ready(client: Client, patienceMs: number): Promise<void> {
  if (patienceMs <= 0) throw new CacheUnavailable('Redis is not reachable.');
  const connected = once(client, 'ready', { signal: AbortSignal.timeout(patienceMs) });
  // The events say the same and are awaited; this rejection would be reported a second time.
  if (client.status === 'wait') client.connect().catch(() => undefined);
  await connected;
}

function named(error: unknown): Error {
  if (error instanceof CacheUnavailable || error instanceof CacheDefect) return error;
  if (error instanceof Error && error.name === 'ReplyError') {
    const code = error.message.split(' ', 1)[0] ?? '';
    if (!UNAVAILABLE.has(code)) return new CacheDefect('Redis refused a command.', { cause: error });
  }
  return new CacheUnavailable('Redis does not answer.', { cause: error });
}

type RunScript = (script: Script, keys: readonly Key[], args: readonly (string | number)[]) => Promise<unknown>;

/** ioredis hangs each script on the client as a method of its name; it sends the text once per connection, then its hash. */
function scripts(client: Client): RunScript {
  const defined = new Set<string>();
  return async (script, keys, args) => {
    if (!defined.has(script.name)) {
      client.defineCommand(script.name, { lua: script.lua, numberOfKeys: script.keys });
      defined.add(script.name);
    }
    const method: unknown = Reflect.get(client, script.name);
    if (typeof method !== 'function') throw new CacheDefect(`Script ${script.name} is not defined.`);
    return method.call(client, ...keys, ...args);
  };
}

function reply(value: unknown): Reply {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(reply);
  throw new CacheDefect('Redis answered in an unknown shape.');
}
