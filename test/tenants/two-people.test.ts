/** Two people with runs at the same time on one stack: neither sees, holds or keeps anything of the other's. */
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBlobs } from '../../lib/store/ledger.ts';
import { openStore } from '../../lib/store/store.ts';
import { gate } from '../support/interference.ts';
import { type Sink, scan, sinksOf } from '../support/scan.ts';
import { ownerOf } from '../support/scan-keys.ts';
import { fileSinks, redisSinks, rowSinks } from '../support/scan-sinks.ts';
import { makeFolder, smallRepository } from '../support/stack.ts';
import type { Listener } from './listener.ts';
import { type Person, startPeople } from './people.ts';
import { answersOf, nothing } from './reading.ts';
import { startTap } from './tap.ts';

const names = ['ann', 'bob'] as const;
type Name = (typeof names)[number];
const other = (name: Name): Name => (name === 'ann' ? 'bob' : 'ann');
const marks = { ann: `ann-${randomUUID()}`, bob: `bob-${randomUUID()}` };

/** The mark is in the folder's name, a path, a text and a line that a check quotes. The rest is the same in both folders. */
const marked = (mark: string) =>
  makeFolder(
    {
      ...smallRepository,
      'README.md': `# ${mark}\n`,
      [`src/${mark}.ts`]: `import { createHash } from 'node:crypto';\nexport const sign = (password: string) => createHash('md5').update(password).digest('hex'); // ${mark}\n`,
    },
    mark,
  );

const taps = { ann: await startTap(), bob: await startTap() };
const people = await startPeople({
  folders: names.map((name) => marked(marks[name])),
  loopbackOrigins: () => names.map((name) => taps[name].origin),
});
const redis = new Redis(String(people.stack.environment['REDIS_URL']));
const store = openStore({ url: String(people.stack.environment['DATABASE_URL']), poolMax: 2, statementTimeoutMs: 10_000 });
afterAll(async () => {
  redis.disconnect();
  await store.close();
  await Promise.all(names.map((name) => taps[name].stop()));
});

const files = () => fileSinks(join(people.dataDir, 'objects'));

interface Side {
  readonly person: Person;
  readonly projectId: string;
  readonly connectionId: string;
  readonly runId: string;
  readonly header: string;
  readonly socket: Listener;
  /** Everything that says whose something is. */
  readonly ids: readonly string[];
}
let sides: Record<Name, Side>;
/** What each of them can read through the API. */
let answers: Record<Name, readonly Sink[]>;

async function begin(name: Name, at: number, held: ReturnType<typeof gate>): Promise<Side> {
  const source = people.source(at);
  taps[name].forwardTo(source.bridge);
  const person = await people.person(`${marks[name]}@example.test`);
  const header = `key-${randomUUID()}`;
  const projectId = await person.project(`project of ${marks[name]}`);
  const target = {
    url: taps[name].url('forwards'),
    profile: source.profile,
    auth: { kind: 'headers', headers: { 'x-key': header } },
  };
  const connectionId = await person.connect(source.name, target);
  const socket = await person.listen();
  const runId = await person.start(projectId, [connectionId], async ({ path }, proceed) => {
    if (path === 'tasks/extract') await held.pass();
    return proceed();
  });
  const ids = [person.userId, projectId, connectionId, runId];
  return { person, projectId, connectionId, runId, header, socket, ids };
}

beforeAll(async () => {
  const held = { ann: gate(), bob: gate() };
  const [ann, bob] = await Promise.all(names.map((name, at) => begin(name, at, held[name])));
  if (ann === undefined || bob === undefined) throw new Error('somebody is missing');
  sides = { ann, bob };
  await Promise.all(names.map((name) => held[name].reached));
  for (const { socket, runId } of [ann, bob])
    expect(await socket.say({ action: 'subscribe', runId })).toMatchObject({ kind: 'ack' });
  for (const name of names) held[name].open();
  await Promise.all([ann, bob].map(({ socket, runId }) => socket.ended(runId)));
  const [annReads, bobReads] = await Promise.all([ann, bob].map(answersOf));
  answers = { ann: annReads ?? [], bob: bobReads ?? [] };
});

/** Somebody's mark and ids, to be looked for where they must not be. */
const tracesOf = (name: Name) =>
  Object.fromEntries([
    ['mark', marks[name]],
    ['header', sides[name].header],
    ...sides[name].ids.map((id, at) => [`id ${at}`, id]),
  ]);

describe.each(names)('%s', (name) => {
  test('reads their own mark in everything that a run leaves', () => {
    const own = new Set(sinksOf(scan(answers[name], { mark: marks[name] })));
    const expected = [
      'events',
      'tool-calls',
      'findings',
      'evidence',
      'report json',
      'report md',
      'report html',
      'bundle',
      'projects',
    ];
    expect(expected.filter((sink) => !own.has(sink))).toEqual([]);
  });

  test("reads nothing of the other's", () => {
    expect(scan(answers[name], tracesOf(other(name)))).toEqual([]);
  });

  test("hears of their own run to its end, and nothing of the other's", () => {
    const { socket, runId } = sides[name];
    expect(Math.max(...socket.seen(runId))).toBeGreaterThan(20);
    const frames = socket.frames.map((content, at) => ({ name: `frame ${at}`, content }));
    expect(scan(frames, tracesOf(other(name)))).toEqual([]);
    expect(scan(frames, { mark: marks[name] })).not.toEqual([]);
  });

  test('sends their server the headers of its connection, and neither token nor the headers of another', () => {
    const { person, header } = sides[name];
    const { seen } = taps[name];
    expect(seen.length).toBeGreaterThan(3);
    expect(new Set(seen.map((headers) => headers['x-key']))).toEqual(new Set([header]));
    const sent = seen.map((headers, at) => ({ name: `request ${at}`, content: JSON.stringify(headers) }));
    const tokens = { own: person.token, foreign: sides[other(name)].person.token, header: sides[other(name)].header };
    expect(scan(sent, tokens)).toEqual([]);
    expect(seen.filter((headers) => 'authorization' in headers || 'cookie' in headers)).toEqual([]);
  });
});

describe('what is kept belongs to one person and holds nothing of the other', () => {
  const ownersOf = (text: string): Name[] => names.filter((name) => sides[name].ids.some((id) => text.includes(id)));
  /** By name each is one person's, and it holds nothing of the other. */
  const strangersIn = (sinks: readonly Sink[]): unknown[] =>
    sinks.flatMap((sink): readonly unknown[] => {
      const [owner, ...others] = ownersOf(sink.name);
      return owner === undefined || others.length > 0 ? [sink.name] : scan([sink], tracesOf(other(owner)));
    });

  test('every row', async () => {
    const rows = (await rowSinks(people.sql)).filter(({ name }) => !name.startsWith('_prisma_migrations'));
    const tables = new Set(rows.map(({ name }) => name.split(' ')[0]));
    const written = ['User', 'Connection', 'ToolCall', 'Blob', 'Evidence', 'Finding', 'Report', 'RunEvent', 'AuditEvent'];
    expect(written.filter((table) => !tables.has(table))).toEqual([]);
    expect(strangersIn(rows)).toEqual([]);
  });

  test('every file in object storage', async () => {
    const kept = await files();
    expect(kept.length).toBeGreaterThanOrEqual(8);
    expect(strangersIn(kept)).toEqual([]);
  });

  test('every key in Redis', async () => {
    const found = await redisSinks(redis);
    const spaces = new Set(found.map(({ name }) => name.split(':')[1]));
    expect(spaces).toEqual(new Set(['run', 'limit', 'connection', 'expiry', 'source']));
    // The index of expiries names sockets only; what is a socket's or a ticket's says in its content whose it is.
    const named = found.flatMap(({ name, content }) => {
      const { kind } = ownerOf(name);
      if (kind === 'expiry') return [];
      return [{ name: kind === 'run' || kind === 'user' ? name : `${name} ${content}`, content }];
    });
    const index = found.filter(({ name }) => ownerOf(name).kind === 'expiry');
    expect(names.flatMap((name) => scan(index, tracesOf(name)))).toEqual([]);
    expect(strangersIn(named)).toEqual([]);
  });
});

describe('the same bytes in two projects', () => {
  const license = String(smallRepository['LICENSE']);
  const sha256 = createHash('sha256').update(license).digest('hex');
  const asPerson = (name: Name, of: Name) =>
    store.forUser({ userId: sides[name].person.userId, email: null, expiresAt: 0 }, (tx) =>
      readBlobs(tx, sides[of].projectId, [sha256]),
    );
  const asRun = (name: Name, of: Name) => store.forRun(sides[name].runId, (tx) => readBlobs(tx, sides[of].projectId, [sha256]));
  const textOf = (blobs: ReadonlyMap<string, Uint8Array>) => Buffer.from(blobs.get(sha256) ?? []).toString('utf8');

  test('are stored in each, and read there only', async () => {
    for (const name of names) {
      for (const read of [asPerson, asRun]) {
        expect(textOf(await read(name, name))).toBe(license);
        expect((await read(name, other(name))).size).toBe(0);
      }
    }
  });

  test('go with their own project only', async () => {
    const { person, projectId, runId } = sides.ann;
    await person.client.request({ method: 'DELETE', path: `/projects/${projectId}`, answer: nothing });
    expect(textOf(await asPerson('bob', 'bob'))).toBe(license);
    const left = [...(await rowSinks(people.sql)), ...(await redisSinks(redis)), ...(await files())];
    // Her account, her connection, her open socket and the trail of what she did stay; of the project's content nothing does.
    const hers = sinksOf(scan(left, { mark: marks.ann, run: runId })).map((sink) => /^(?:assay:)?\w+/.exec(sink)?.[0]);
    expect(new Set(hers)).toEqual(new Set(['User', 'Connection', 'AuditEvent', 'IdempotencyKey', 'assay:connection']));
    expect(await answersOf(sides.bob)).toHaveLength(answers.bob.length);
  });
});
