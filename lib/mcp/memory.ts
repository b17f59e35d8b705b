/**
 * What one connection of one user learned of its server, for whoever connects next on any instance. In Redis, sealed: a session id
 * is a credential, and what a server says may hold secrets. Losing it costs a handshake, so no failure here is anybody's failure.
 */
import * as z from 'zod';
import type { Cache } from '../cache/cache.ts';
import { keys as cacheKeys } from '../cache/keys.ts';
import type { KeyProvider } from '../keys/keys.ts';
import { type Handshake, handshake } from './handshake.ts';
import type { Owner, Target, ToolDefinition } from './session.ts';

/** An hour: then the server is asked again which protocols it speaks. */
const HANDSHAKE_SECONDS = 3_600;
const TOOLS_SECONDS = 600;
const tools = z.array(z.object({ name: z.string(), definition: z.string(), sha256: z.string() }));

export interface Memory {
  handshake(): Promise<Handshake | null>;
  keepHandshake(value: Handshake): Promise<void>;
  tools(): Promise<readonly ToolDefinition[] | null>;
  keepTools(value: readonly ToolDefinition[]): Promise<void>;
  forgetTools(): Promise<void>;
  forgetAll(): Promise<void>;
  /** It answered a moment ago, here or elsewhere: no need to see whether it is there. */
  isFresh(): Promise<boolean>;
  stayFresh(seconds: number): Promise<void>;
}

export interface MemoryOptions {
  readonly cache: Cache;
  readonly keys: KeyProvider;
  /** Something was not remembered or not recalled. */
  readonly onLoss: (error: unknown) => void;
}

type Kind = 'session' | 'tools';

/** Nothing is remembered for a target without a version: nobody would know when it changed. */
export function openMemory({ cache, keys, onLoss }: MemoryOptions, { userId }: Owner, target: Target): Memory {
  const { connectionId, version } = target;
  const keyOf = (what: Kind | 'fresh') => cacheKeys.connectionOf(userId, connectionId, what);
  const contextOf = (kind: Kind) => ({ user: userId, connection: connectionId, version: String(version), kind: `mcp-${kind}` });
  const attempt = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    if (version === undefined) return otherwise;
    try {
      return await work();
    } catch (error) {
      onLoss(error);
      return otherwise;
    }
  };
  const recall = <T>(kind: Kind, schema: z.ZodType<T>): Promise<T | null> =>
    attempt(async () => {
      const sealed = await cache.get(keyOf(kind));
      if (sealed === null) return null;
      const plain = await keys.open(contextOf(kind), Buffer.from(sealed, 'base64'));
      return schema.parse(JSON.parse(Buffer.from(plain).toString('utf8')));
    }, null);
  const keep = (kind: Kind, value: unknown, seconds: number): Promise<void> =>
    attempt(async () => {
      const sealed = await keys.seal(contextOf(kind), Buffer.from(JSON.stringify(value), 'utf8'));
      await cache.set(keyOf(kind), Buffer.from(sealed).toString('base64'), { seconds });
    }, undefined);
  const forget = (...kinds: (Kind | 'fresh')[]): Promise<void> =>
    attempt(async () => void (await Promise.all(kinds.map((kind) => cache.remove(keyOf(kind))))), undefined);

  return {
    handshake: () => recall('session', handshake),
    keepHandshake: (value) => keep('session', value, HANDSHAKE_SECONDS),
    tools: () => recall('tools', tools),
    keepTools: (value) => keep('tools', value, TOOLS_SECONDS),
    forgetTools: () => forget('tools'),
    forgetAll: () => forget('session', 'tools', 'fresh'),
    isFresh: () => attempt(async () => (await cache.get(keyOf('fresh'))) !== null, false),
    stayFresh: (seconds) => attempt(() => cache.set(keyOf('fresh'), '1', { seconds }), undefined),
  };
}
