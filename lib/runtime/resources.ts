/**
 * What functions share within one process: opened by the first use, never at import time, and kept while the instance lives.
 * Imports are dynamic, so that a bundle evaluates only what its function touches.
 */
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Verifier } from '../auth/verify.ts';
import type { Cache } from '../cache/cache.ts';
import type { ModelBudget } from '../cache/model-budget.ts';
import type { KeyProvider } from '../keys/keys.ts';
import type { Endpoint } from '../llm/endpoint.ts';
import type { Connections } from '../mcp/connections.ts';
import type { AgentMemory } from '../memory/memory.ts';
import type { Objects } from '../objects/objects.ts';
import type { Progress } from '../progress/publisher.ts';
import type { Store } from '../store/store.ts';
import { systemClock } from './clock.ts';
import { config } from './config.ts';
import type { IdempotencyStore } from './http/idempotency.ts';
import { type Logger, openLogger } from './logger.ts';
import { forgetMetrics, measure } from './metrics.ts';
import type { Push } from './push.ts';

type Closer = () => Promise<void>;
const opened = new Map<string, { readonly value: Promise<unknown>; readonly close: Closer }>();

/** Opens once; a failed opening is forgotten, so that the next request tries again. */
function once<T>(name: string, open: () => Promise<T>, close: (value: T) => Promise<void> | void = () => {}): () => Promise<T> {
  let current: Promise<T> | undefined;
  return () => {
    if (current !== undefined && opened.has(name)) return current;
    const value = open();
    current = value;
    opened.set(name, { value, close: async () => close(await value) });
    value.catch(() => opened.delete(name));
    return value;
  };
}

export const store = /* @__PURE__ */ once<Store>(
  'store',
  async () => {
    const { iam, ...settings } = config.database();
    const { openStore } = await import('../store/store.ts');
    if (iam === null) return openStore(settings);
    const { iamPassword } = await import('../store/iam-password.ts');
    return openStore({ ...settings, password: iamPassword(settings.url, iam.region) });
  },
  (value) => value.close(),
);

export const cache = /* @__PURE__ */ once<Cache>(
  'cache',
  async () => (await import('../cache/cache.ts')).openCache(config.cache(), () => measure('CacheUnavailable')),
  (value) => value.close(),
);

export const push = /* @__PURE__ */ once<Push>('push', async () => (await import('./push.ts')).openPush(config.websocket()));

export const progress = /* @__PURE__ */ once<Progress>('progress', async () => {
  const { openProgress } = await import('../progress/publisher.ts');
  const sockets = await push();
  return openProgress({
    cache: await cache(),
    push: sockets.send,
    pushed: (runId, value) => measure('EventLatency', { value, runId }),
    mayStillSee: async ({ userId }, runId, signal) => (await store()).sys.maySeeRun(userId, runId, { signal }),
    logger: logger(),
    clock: systemClock,
  });
});

/** Bytes of one answer: 4 MiB of content in base64 and JSON with room to spare, and what JSON.parse reads in well under 100 ms. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const ANSWER_IDLE_MS = 20_000;
/** A whole request: a call's 20 s, and as long again for what a call has around it. */
const ANSWER_TOTAL_MS = 40_000;

/** Of all users of this process together: each connection keeps to a few calls at once (mcp/managed.ts). */
const SOCKETS_PER_ORIGIN = 1_000;

export const guardedFetch = /* @__PURE__ */ once(
  'guardedFetch',
  async () => {
    const { loopbackOrigins: allowOrigins, ownHosts, timeScale } = config.outward();
    const times = { idleMs: ANSWER_IDLE_MS * timeScale, totalMs: ANSWER_TOTAL_MS * timeScale };
    const limits = { ...times, maxBytes: MAX_ANSWER_BYTES, connectionsPerOrigin: SOCKETS_PER_ORIGIN };
    return (await import('../net/guarded-fetch.ts')).openGuardedFetch({ allowOrigins, ownHosts, ...limits });
  },
  (value) => value.close(),
);

export const connections = /* @__PURE__ */ once<Connections>('connections', async () => {
  const { openConnections } = await import('../mcp/connections.ts');
  const [{ fetch }, provider, redis] = await Promise.all([guardedFetch(), keys(), cache()]);
  return openConnections({
    fetch,
    cache: redis,
    keys: provider,
    timeScale: config.outward().timeScale,
    onLoss: (error) => logger().warn('a connection was not remembered', { error }),
    count: measure,
  });
});

export const verifier = /* @__PURE__ */ once<Verifier>('verifier', async () =>
  (await import('../auth/verify.ts')).openVerifier({ supabaseUrl: config.supabaseUrl() }),
);

export const keys = /* @__PURE__ */ once<KeyProvider>('keys', async () => {
  const settings = config.keys();
  if (settings.kind === 'local') return (await import('../keys/local.ts')).openLocalKeys(settings.file);
  return (await import('../keys/kms.ts')).openKmsKeys({ ...settings, ...config.kms() });
});

/** Null where none is configured. */
export const modelEndpoint = /* @__PURE__ */ once<Endpoint | null>('model', async () => {
  const { apiKey, baseUrl, model } = config.model();
  if (apiKey === null || model === null) return null;
  return (await import('../llm/endpoint.ts')).openEndpoint({ apiKey, baseUrl, model });
});

export const modelBudget = /* @__PURE__ */ once<ModelBudget>('modelBudget', async () =>
  (await import('../cache/model-budget.ts')).openModelBudget(await cache(), config.model().budget, systemClock.now),
);

/** For functions that ask a model: recall goes by likeness where the endpoint has embeddings, else by words. */
export const memory = /* @__PURE__ */ once<AgentMemory>('memory', async () => {
  const { apiKey, baseUrl, embeddingModel } = config.model();
  const hasEmbeddings = apiKey !== null && embeddingModel !== null;
  const embed = hasEmbeddings
    ? (await import('../llm/embeddings.ts')).openEmbeddings({ apiKey, baseUrl, model: embeddingModel })
    : undefined;
  return (await import('../memory/memory.ts')).openMemory({
    cache: await cache(),
    ...(embed === undefined ? {} : { embed }),
    onLoss: (error, projectId, agent) => logger().warn('agent memory was left out', { projectId, agent, error }),
  });
});

export const objects = /* @__PURE__ */ once<Objects>('objects', async () =>
  (await import('../objects/objects.ts')).openObjects(config.objects()),
);

export const sfn = /* @__PURE__ */ once<SFNClient>('sfn', async () => {
  const { SFNClient } = await import('@aws-sdk/client-sfn');
  return new SFNClient({ ...config.stepFunctions(), maxAttempts: 3 });
});

export const idempotencyStore = /* @__PURE__ */ once<IdempotencyStore>('idempotency', async () => {
  const { claimKey, releaseKey, settleKey } = await import('../store/idempotency.ts');
  const database = await store();
  return {
    claim: (principal, request) => database.forUserInSql(principal, (tx) => claimKey(tx, principal.userId, request)),
    settle: (principal, key, answer) => database.forUserInSql(principal, (tx) => settleKey(tx, principal.userId, key, answer)),
    release: (principal, key) => database.forUserInSql(principal, (tx) => releaseKey(tx, principal.userId, key)),
  };
});

let log: Logger | undefined;
export function logger(): Logger {
  log ??= openLogger({ service: 'assay', ...config.log() });
  return log;
}

/** For the one-machine runtime and tests: closes what is open and forgets it, so that other settings can be used. */
export async function closeResources(): Promise<void> {
  const all = [...opened.values()];
  opened.clear();
  log = undefined;
  forgetMetrics();
  await Promise.allSettled(all.map(({ close }) => close()));
}
