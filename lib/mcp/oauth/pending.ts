/** Flows that wait for their person to come back: sealed in Redis under the hash of `state`, taken once, gone after 15 minutes. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Cache } from '../../cache/cache.ts';
import { keys as cacheKeys } from '../../cache/keys.ts';
import type { KeyProvider } from '../../keys/keys.ts';
import { OAuthRefused } from './errors.ts';
import { flow } from './flow.ts';

export const FLOW_SECONDS = 15 * 60;

const pending = z.object({
  userId: z.string(),
  connectionId: z.string(),
  connectionVersion: z.number(),
  /** The page that finishes the flow with its person's bearer token. */
  returnTo: z.string(),
  flow,
});
export type Pending = z.infer<typeof pending>;

export interface PendingDeps {
  readonly cache: Cache;
  readonly keys: KeyProvider;
}

const hashOf = (state: string): string => createHash('sha256').update(state, 'utf8').digest('base64url');
const contextOf = (state: string) => ({ purpose: 'oauth-flow', state: hashOf(state) });

/** Throws CacheUnavailable: without Redis no authorisation begins. */
export async function putPending({ cache, keys }: PendingDeps, state: string, waiting: Pending): Promise<void> {
  const sealed = await keys.seal(contextOf(state), Buffer.from(JSON.stringify(waiting), 'utf8'));
  await cache.set(cacheKeys.oauthFlow(hashOf(state)), Buffer.from(sealed).toString('base64'), { seconds: FLOW_SECONDS });
}

/** Left where it is: the callback sends the browser on, and finishing is up to the person. @throws OAuthRefused, CacheUnavailable */
export async function peekPending({ cache, keys }: PendingDeps, state: string): Promise<Pending> {
  return opened(keys, state, await cache.get(cacheKeys.oauthFlow(hashOf(state))));
}

/** Of several who bring the same state one gets it. @throws OAuthRefused, CacheUnavailable */
export async function takePending({ cache, keys }: PendingDeps, state: string): Promise<Pending> {
  return opened(keys, state, await cache.take(cacheKeys.oauthFlow(hashOf(state))));
}

async function opened(keys: KeyProvider, state: string, held: string | null): Promise<Pending> {
  if (held === null) {
    throw new OAuthRefused(
      'state',
      'this authorisation is unknown, was finished already or is older than 15 minutes: begin it again',
    );
  }
  const plain = await keys.open(contextOf(state), Buffer.from(held, 'base64'));
  return pending.parse(JSON.parse(Buffer.from(plain).toString('utf8')));
}
