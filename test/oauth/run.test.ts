/** Whole runs over a source that people sign in to with OAuth: nothing is lost when a token ends, and no secret is left anywhere. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Report, report as reportSchema } from '../../lib/contract/report.ts';
import { verifyBundle } from '../../lib/evidence/verify.ts';
import { type Sink, scan, sinksOf } from '../support/scan.ts';
import { makeFolder, smallRepository } from '../support/stack.ts';
import { type Person, startPeople } from '../tenants/people.ts';
import { answersOf } from '../tenants/reading.ts';
import { forward, startTap } from '../tenants/tap.ts';
import { startOAuthAuthority } from './authority.ts';
import { startProtectedServer } from './protected-server.ts';

const mark = `mark-${randomUUID()}`;
const authority = await startOAuthAuthority();
/** The same files without a sign-in. */
const tap = await startTap();
afterAll(() => tap.stop());
/** Requests that the server lets through before it forgets every token. */
let forgetsAfter = Number.POSITIVE_INFINITY;
const server = await startProtectedServer(authority, (request, response) => {
  forgetsAfter -= 1;
  if (forgetsAfter === 0) authority.forgetAccessTokens();
  forward(request, response, people.source().bridge);
});
afterAll(() => Promise.all([server.stop(), authority.stop()]));
const people = await startPeople({
  folders: [makeFolder({ ...smallRepository, [`src/${mark}.ts`]: 'export {};\n' })],
  loopbackOrigins: () => [server.url, authority.url, tap.origin],
  environment: { LOG_LEVEL: 'debug' },
});
tap.forwardTo(people.source().bridge);
const person = await people.person('ann@example.test');
const projectId = await person.project('signed in to');
/** What must not be found: filled as it is made. */
const secrets: Record<string, string> = {};
const answers: Sink[] = [];

beforeEach(() => {
  forgetsAfter = Number.POSITIVE_INFINITY;
  authority.lifetime = 3600;
  authority.overrides.clear();
  authority.seen.refreshTokens.length = 0;
});

const begun = z.object({ authorizationUrl: z.string() });

/** A connection that this person has authorised, as a browser and the console would. */
async function signedIn(who: Person): Promise<string> {
  const connectionId = await who.connect(`c ${randomUUID()}`, {
    url: server.mcpUrl,
    profile: 'filesystem',
    auth: { kind: 'oauth' },
  });
  const path = `/connections/${connectionId}/oauth`;
  const body = { returnTo: 'http://127.0.0.1:7999/done' };
  const { authorizationUrl } = await who.client.request({ method: 'POST', path, body, answer: begun });
  const callback = await authority.agree(authorizationUrl);
  const { headers } = await fetch(callback, { redirect: 'manual' });
  const back = Object.fromEntries(new URL(headers.get('location') ?? '').searchParams);
  secrets[`state ${connectionId}`] = back['state'] ?? '';
  await who.client.request({ method: 'POST', path: '/oauth/callback', body: back, answer: z.unknown() });
  return connectionId;
}

async function assessed(connectionId: string): Promise<Report> {
  const socket = await person.listen();
  const runId = await person.start(projectId, [connectionId]);
  await socket.say({ action: 'subscribe', runId });
  await socket.ended(runId);
  const read = await answersOf({ person, projectId, runId });
  const contentOf = (name: string) => Buffer.from(String(read.find((sink) => sink.name === name)?.content), 'latin1');
  const { problems } = await verifyBundle(contentOf('bundle'));
  expect(problems).toEqual([]);
  answers.push(...read, ...socket.frames.map((content) => ({ name: 'frame', content })));
  socket.close();
  return reportSchema.parse(JSON.parse(contentOf('report json').toString('utf8')));
}

/** What was judged, on what: alike however the source was signed in to. */
const judged = ({ checks, toolCalls, gaps }: Report) => ({
  checks: checks.map(({ id, result }) => [id, result]),
  calls: toolCalls.map(({ tool, status, resultSha256 }) => [tool, status, resultSha256]).toSorted(),
  gaps,
});

describe('a run over a source that one signs in to', () => {
  test('whose token is about to end: it is renewed once, before anything is asked', async () => {
    const fixed = judged(await assessed(await person.connect('with a key', { url: tap.url('forwards'), profile: 'filesystem' })));
    authority.lifetime = 30;
    const connectionId = await signedIn(person);
    authority.lifetime = 3600;
    expect(judged(await assessed(connectionId))).toEqual(fixed);
    expect(authority.seen.refreshTokens).toHaveLength(1);
  });

  test('whose token ends in the middle: renewed once, nothing is lost', async () => {
    const undisturbed = judged(await assessed(await signedIn(person)));
    const connectionId = await signedIn(person);
    forgetsAfter = 6;
    expect(judged(await assessed(connectionId))).toEqual(undisturbed);
    expect(forgetsAfter).toBeLessThan(0);
    expect(authority.seen.refreshTokens).toHaveLength(1);
  });

  test('whose authorisation was ended: a gap that says what to do, and a report that verifies', async () => {
    const connectionId = await signedIn(person);
    authority.forgetAccessTokens();
    authority.overrides.set('/token', (_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: 'invalid_grant' }));
      return true;
    });
    const { gaps, score } = await assessed(connectionId);
    expect(gaps.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('has ended the authorisation: sign in to it again'),
    ]);
    expect(score).toBeNull();
  });
});

test('each server is shown its own tokens alone: never the one that a person signed in with, nor that of another person', async () => {
  const other = await people.person('bob@example.test');
  const before = authority.seen.issued.length;
  await signedIn(other);
  const theirs = authority.seen.issued.slice(before);
  const seen = new Set(server.authorizations.filter((header) => header !== ''));
  expect([...seen].every((header) => /^Bearer access-[0-9a-f-]{36}$/.test(header))).toBe(true);
  const foreign = [person.token, other.token, ...theirs].filter((token) => [...seen].some((header) => header.includes(token)));
  expect(foreign).toEqual([]);
});

test('no token, code, verifier, state or client secret is left in any sink', async () => {
  authority.seen.issued.forEach((value, at) => {
    secrets[`issued ${at}`] = value;
  });
  authority.seen.tokenRequests.forEach((request, at) => {
    for (const name of ['code', 'code_verifier', 'refresh_token']) {
      const value = request[name];
      if (value !== undefined) secrets[`${name} ${at}`] = value;
    }
  });
  const sinks = [...(await people.leftBehind()), ...answers];
  expect(Object.keys(secrets).length).toBeGreaterThan(30);
  expect(scan(sinks, secrets)).toEqual([]);
  // What was looked through is everything: the run shows in it.
  expect(new Set(sinksOf(scan(sinks, { mark })).map((sink) => sink.split(/[/:{ ]/)[0]))).toEqual(
    new Set(['Blob', 'Report', 'ToolCall', 'RunEvent', 'assay', 'objects', 'frame', 'report', 'bundle', 'events', 'tool-calls']),
  );
});
