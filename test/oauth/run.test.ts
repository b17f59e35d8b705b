/** Whole runs over a source that people sign in to with OAuth: nothing is lost when a token ends, and no secret is left anywhere. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../lib/contract/report.ts';
import { essence } from '../support/same-report.ts';
import { type Sink, scan, sinksOf } from '../support/scan.ts';
import { makeFolder, smallRepository } from '../support/stack.ts';
import { overhear } from '../tenants/overheard.ts';
import { type Person, startPeople } from '../tenants/people.ts';
import { nothing } from '../tenants/reading.ts';
import { startTap } from '../tenants/tap.ts';
import type { OAuthAuthority } from './authority.ts';
import type { Loopback } from './loopback.ts';
import { type Assessed, guardedFiles, assessed as run, signedIn as signIn } from './runs.ts';

const { redisServer, commands, said } = await overhear();
/** In a path of the folder: what any sink of a run's content must show, or it was not looked at. */
const mark = `mark-${randomUUID()}`;
const files = () => people.source().bridge;
const guarded = await guardedFiles('first', files);
const second = await guardedFiles('second', files);
const { authority, server } = guarded;
/** The same files for a key that does not change. */
const tap = await startTap();
afterAll(() => tap.stop());
const people = await startPeople({
  redisServer,
  folders: [makeFolder({ ...smallRepository, [`src/${mark}.ts`]: 'export {};\n' })],
  loopbackOrigins: () => [tap.origin, ...[guarded, second].flatMap((one) => [one.server.url, one.authority.url])],
  environment: { LOG_LEVEL: 'debug' },
});
tap.forwardTo(files());
const [ann, bob] = [await people.person('ann@example.test'), await people.person('bob@example.test')];

const states: string[] = [];
const read: Sink[] = [];
async function signedIn(who: Person, to = guarded): Promise<string> {
  const { connectionId, state } = await signIn(who, to);
  states.push(state);
  return connectionId;
}
async function assessed(who: Person, ...connectionIds: readonly string[]): Promise<Assessed> {
  const finished = await run(who, ...connectionIds);
  read.push(...finished.read);
  return finished;
}
/** What the server is shown while `work` goes on: each header once, in order, and how many requests there were. */
async function shownTo({ authorizations }: typeof server, work: () => Promise<unknown>) {
  const before = authorizations.length;
  await work();
  const shown = authorizations.slice(before);
  return { headers: [...new Set(shown)], requests: shown.length };
}
/** Of both kinds, in order: a token of access and then one to renew it. */
const issuedBy = ({ seen: { issued } }: typeof authority) => issued.filter((one) => /^(access|refresh)-/.test(one));
const bearers = (issued: readonly string[]) => issued.filter((one) => one.startsWith('access-')).map((one) => `Bearer ${one}`);

/** Headers, addresses, and what was posted to authorisation servers. */
const arrivedAt = (servers: readonly Loopback[], authorities: readonly OAuthAuthority[]): Sink[] =>
  [...servers.flatMap(({ heard }) => heard), ...authorities.map(({ seen }) => JSON.stringify(seen))].map((content) => ({
    name: 'server',
    content,
  }));

let fixed: Report;
beforeAll(async () => {
  const auth = { kind: 'bearer', token: `fixed-${randomUUID()}` };
  const connectionId = await ann.connect(`c ${randomUUID()}`, { url: tap.url('forwards'), profile: 'filesystem', auth });
  const { report } = await assessed(ann, connectionId);
  expect(report.gaps).toEqual([]);
  expect(report.score).not.toBeNull();
  fixed = report;
});
beforeEach(() => {
  guarded.forgetTokensAfter(Number.POSITIVE_INFINITY);
  authority.lifetime = 3600;
  authority.overrides.clear();
});

describe('a run over a source that one signs in to', () => {
  test('whose token is about to end: it is renewed once, before anything is asked', async () => {
    authority.lifetime = 30;
    const connectionId = await signedIn(ann);
    authority.lifetime = 3600;
    const before = issuedBy(authority).length;
    let report: unknown;
    const { headers } = await shownTo(server, async () => {
      report = essence((await assessed(ann, connectionId)).report);
    });
    expect(report).toEqual(essence(fixed));
    const renewed = bearers(issuedBy(authority).slice(before));
    expect(renewed).toHaveLength(1);
    expect(headers).toEqual(renewed);
  });

  test('whose token ends in the middle: renewed once, what was refused is asked again, and the report is the same', async () => {
    const undisturbed = await signedIn(ann);
    const { requests } = await shownTo(server, () => assessed(ann, undisturbed));
    const connectionId = await signedIn(ann);
    const before = issuedBy(authority).length - 2;
    guarded.forgetTokensAfter(Math.floor(requests / 2));
    let report: unknown;
    const shown = await shownTo(server, async () => {
      report = essence((await assessed(ann, connectionId)).report);
    });
    expect(report).toEqual(essence(fixed));
    const both = bearers(issuedBy(authority).slice(before));
    expect(both).toHaveLength(2);
    expect(shown.headers).toEqual(both);
    expect(shown.requests).toBeGreaterThan(requests);
  });

  test.each([
    { when: 'before it', answered: 0 },
    { when: 'in the middle', answered: 8 },
  ])('whose authorisation was ended $when: a gap that says what to do', async ({ answered }) => {
    const connectionId = await signedIn(ann);
    if (answered === 0) authority.forgetAccessTokens();
    guarded.forgetTokensAfter(answered);
    let refusals = 0;
    authority.overrides.set('/token', (_request, response) => {
      refusals += 1;
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: 'invalid_grant' }));
      return true;
    });
    const { report } = await assessed(ann, connectionId);
    const { host } = new URL(authority.url);
    const reason = expect.stringContaining(`${host} has ended the authorisation: sign in to it again`);
    expect(report.gaps.map((gap) => gap.reason)).toEqual([reason]);
    expect(refusals).toBe(1);
    // What was read before is judged as ever; of the rest nothing is claimed.
    const unread = report.checks.filter(({ result }) => result === 'unknown').map(({ id }) => id);
    const results = ({ checks }: Report) => checks.flatMap(({ id, result }) => (unread.includes(id) ? [] : [[id, result]]));
    expect(results(report)).toEqual(results(fixed));
    expect(unread.length === report.checks.length).toBe(answered === 0);
    expect(report.score === null).toBe(answered === 0);
  });
});

describe('each server is shown', () => {
  test('of two people who use it the tokens of whose run it is', async () => {
    const connectionId = await signedIn(ann);
    const before = issuedBy(authority).length;
    const theirs = await signedIn(bob);
    const ofBob = bearers(issuedBy(authority).slice(before));
    expect((await shownTo(server, () => assessed(bob, theirs))).headers).toEqual(ofBob);
    const ofAnn = bearers(issuedBy(authority).slice(before - 2, before));
    expect((await shownTo(server, () => assessed(ann, connectionId))).headers).toEqual(ofAnn);
  });

  test('of a person who uses two at once its own tokens', async () => {
    const connectionIds = [await signedIn(bob), await signedIn(bob, second)];
    const others = signedIn(ann).then((own) => assessed(ann, own));
    await Promise.all([others, assessed(bob, ...connectionIds)]);
    expect(scan(arrivedAt([second.server, second.authority], [second.authority]), guarded.secrets())).toEqual([]);
    expect(new Set(second.server.authorizations)).toEqual(new Set(['', ...bearers(issuedBy(second.authority))]));
  });

  test('never what a person signed in with', () => {
    const authorities = [authority, second.authority];
    const atTap = tap.seen.map((headers) => ({ name: 'tap', content: JSON.stringify(headers) }));
    const sinks = [...arrivedAt([server, second.server, ...authorities], authorities), ...atTap];
    expect(scan(sinks, own)).toEqual([]);
    // The look is a real one: what does belong there is found.
    expect(sinksOf(scan(sinks, { state: states[0] ?? '' }))).toEqual(['server']);
  });
});

/** Of each person's own token the part that proves it as well: a token in parts is one all the same. */
const own = Object.fromEntries(
  [ann, bob].flatMap(({ email, token }) => [
    [email, token],
    [`signature of ${email}`, String(token.split('.')[2])],
  ]),
);

describe('after all that, and a deletion', () => {
  let sinks: readonly Sink[];
  beforeAll(async () => {
    await ann.client.request({ method: 'DELETE', path: `/connections/${await signedIn(ann)}`, answer: nothing });
    sinks = [...(await people.leftBehind()), ...commands, ...said, ...read];
  });

  test('no token, code, verifier, state or client secret is left in any sink', () => {
    const secrets = { ...guarded.secrets(), ...second.secrets(), ...own, ...Object.fromEntries(states.map((one) => [one, one])) };
    expect(Object.keys(secrets).length).toBeGreaterThan(60);
    expect(authority.seen.revoked).toHaveLength(2);
    expect(scan(sinks, secrets)).toEqual([]);
  });

  test('what was looked through is everything: runs show in each place, and of a state its hash', () => {
    // biome-ignore lint/suspicious/noConsole: shows that the console is heard
    console.info(mark);
    const kinds = new Set(sinksOf(scan([...sinks, ...said], { mark })).map((sink) => sink.split(/[/:{ ]/)[0]));
    const places = ['Blob', 'Report', 'ToolCall', 'RunEvent', 'assay', 'objects', 'frame', 'report', 'bundle', 'events'];
    expect([...places, 'tool-calls', 'Redis', 'console'].filter((place) => !kinds.has(place))).toEqual([]);
    const hash = createHash('sha256')
      .update(states[0] ?? '')
      .digest('base64url');
    expect(sinksOf(scan(commands, { hash }))).toEqual(['Redis command get', 'Redis command getdel', 'Redis command set']);
  });
});
