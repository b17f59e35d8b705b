/**
 * The one builder of Redis keys. A part is a UUID, a fixed word, or the base64url of an opaque text, so no part can contain the
 * separator or a hash-tag brace: different parts give different keys, whatever a user or a gateway put into an id.
 * Everything of one run shares one hash tag, hence one slot, hence one script. Users and connections get theirs in the same way.
 */
import { InvalidKeyPart } from './errors.ts';

declare const brand: unique symbol;
/** A Redis key; only this file makes one. */
export type Key = string & { readonly [brand]: 'Key' };
/** A checked part of a key. */
export type KeyPart = string & { readonly [brand]: 'KeyPart' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const WORD = /^[a-z][a-z-]{0,30}$/;

const checked = (text: string, pattern: RegExp, what: string): KeyPart => {
  if (!isPart(text, pattern)) throw new InvalidKeyPart(`A part of a cache key must be ${what}.`);
  return text;
};
const isPart = (text: string, pattern: RegExp): text is KeyPart => pattern.test(text);
const isKey = (text: string): text is Key => text.startsWith('assay:');

export const part = {
  /** PostgreSQL and tokens may differ in case for one and the same id. */
  uuid: (id: string): KeyPart => checked(id.toLowerCase(), UUID, 'a UUID'),
  word: (word: string): KeyPart => checked(word, WORD, 'a fixed word'),
  /** Any text, kept apart from words and UUIDs by a prefix that neither begins with. */
  opaque: (text: string): KeyPart =>
    checked(`_${Buffer.from(text, 'utf8').toString('base64url')}`, /^_[A-Za-z0-9_-]*$/, 'well-formed'),
};

/** `assay:<space>:{<tag>}:<part>:<part>`; the tag decides the cluster slot. */
export function buildKey(space: KeyPart, tag: KeyPart, ...parts: readonly KeyPart[]): Key {
  const key = ['assay', space, `{${tag}}`, ...parts].join(':');
  if (!isKey(key)) throw new InvalidKeyPart('A cache key must begin with its namespace.');
  return key;
}

const space = {
  ticket: part.word('ticket'),
  limit: part.word('limit'),
  connection: part.word('connection'),
  expiry: part.word('expiry'),
  run: part.word('run'),
  leases: part.word('leases'),
  source: part.word('source'),
  oauth: part.word('oauth'),
  model: part.word('model'),
  memory: part.word('memory'),
};
const runPart = { state: part.word('state'), events: part.word('events'), watchers: part.word('watchers') };
/** Of an MCP connection: what its server said in the handshake, its tools, that it was in use a moment ago, its circuit breaker. */
const sourcePart = {
  session: part.word('session'),
  tools: part.word('tools'),
  fresh: part.word('fresh'),
  breaker: part.word('breaker'),
};
const oauthPart = { flow: part.word('flow'), refresh: part.word('refresh') };
/** Places and budgets of model calls share one slot: one script looks at all of them. */
const modelTag = part.word('all');
const modelPart = { calls: part.word('calls'), waiting: part.word('waiting'), user: part.word('user'), run: part.word('run') };
/** Of one agent in one project: when each entry was made, and the entries. */
const memoryPart = { order: part.word('order'), entries: part.word('entries') };
const connectionPart = { owner: part.word('owner'), runs: part.word('runs') };

export const keys = {
  /** By the hash of the ticket: a reader of Redis learns no ticket. */
  ticket: (hash: string) => buildKey(space.ticket, part.opaque(hash)),
  /** By the hash of `state`, as with tickets. */
  oauthFlow: (hash: string) => buildKey(space.oauth, part.opaque(hash), oauthPart.flow),
  oauthRefresh: (connectionId: string) => buildKey(space.oauth, part.uuid(connectionId), oauthPart.refresh),
  limit: (userId: string, bucket: string) => buildKey(space.limit, part.uuid(userId), part.word(bucket)),
  connectionOwner: (connectionId: string) => buildKey(space.connection, part.opaque(connectionId), connectionPart.owner),
  connectionRuns: (connectionId: string) => buildKey(space.connection, part.opaque(connectionId), connectionPart.runs),
  connectionExpiry: () => buildKey(space.expiry, part.word('all')),
  leases: (userId: string) => buildKey(space.leases, part.uuid(userId)),
  connectionOf: (userId: string, connectionId: string, what: keyof typeof sourcePart) =>
    buildKey(space.source, part.uuid(userId), part.uuid(connectionId), sourcePart[what]),
  modelCalls: () => buildKey(space.model, modelTag, modelPart.calls),
  modelWaiting: () => buildKey(space.model, modelTag, modelPart.waiting),
  /** `day`: YYYY-MM-DD. */
  modelUser: (userId: string, day: string) =>
    buildKey(space.model, modelTag, modelPart.user, part.uuid(userId), part.opaque(day)),
  modelRun: (runId: string) => buildKey(space.model, modelTag, modelPart.run, part.uuid(runId)),
  /** `agent`: a word of the contract's. */
  memory: (projectId: string, agent: string, what: keyof typeof memoryPart) =>
    buildKey(space.memory, part.uuid(projectId), part.word(agent), memoryPart[what]),
  run: (runId: string, what: keyof typeof runPart) => buildKey(space.run, part.uuid(runId), runPart[what]),
};
