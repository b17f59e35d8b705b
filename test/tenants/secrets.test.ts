/** No credential is in anything that runs leave behind or say, also where servers fail, refuse, or repeat what they were sent. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { report as reportSchema } from '../../lib/contract/report.ts';
import { freePort } from '../../local/services/port.ts';
import { type Sink, scan, sinksOf } from '../support/scan.ts';
import { makeFolder, smallRepository } from '../support/stack.ts';
import { overhear } from './overheard.ts';
import { startPeople } from './people.ts';
import { answersOf } from './reading.ts';
import { type Conduct, startTap } from './tap.ts';

const tap = await startTap();
const nowhere = `http://127.0.0.1:${await freePort()}`;
const { redisServer, commands, said } = await overhear();
afterAll(() => tap.stop());

/** In a path of the folder: what any sink of a run's content must show, or it was not looked at. */
const mark = `mark-${randomUUID()}`;
const people = await startPeople({
  redisServer,
  folders: [makeFolder({ ...smallRepository, [`src/${mark}.ts`]: 'export {};\n' })],
  loopbackOrigins: () => [tap.origin, nowhere],
  environment: { LOG_LEVEL: 'debug' },
});
tap.forwardTo(people.source().bridge);
const person = await people.person('ann@example.test');
const projectId = await person.project('project');

/** What a tool repeats in a result is evidence; an address is shown to whose connection it is. */
const repeated = ['tool-refuses', 'tool-tells'] as const satisfies readonly Conduct[];
const inAddress = 'key in the address';
const secrets: Record<string, string> = { token: person.token, 'signature of the token': String(person.token.split('.')[2]) };
function secret(name: string): string {
  const made = `canary-${randomUUID()}`;
  secrets[name] = made;
  return made;
}
/** Some of them, to be looked for. */
const only = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(secrets).filter(([name]) => names.includes(name)));
const bearer = (conduct: Conduct, url = tap.url(conduct)) =>
  person.connect(conduct, { url, profile: 'filesystem', auth: { kind: 'bearer', token: secret(conduct) } });

/** A run over these, followed by a socket to its end, with everything that can be read of it. */
async function assessed(connectionIds: readonly string[]) {
  const socket = await person.listen();
  const runId = await person.start(projectId, connectionIds);
  await socket.say({ action: 'subscribe', runId });
  await socket.ended(runId);
  secrets[`ticket of ${runId}`] = socket.ticket;
  const answers = await answersOf({ person, projectId, runId });
  const json = answers.find(({ name }) => name === 'report json')?.content;
  const frames = socket.frames.map((content) => ({ name: 'frame', content }));
  return { runId, report: reportSchema.parse(JSON.parse(String(json))), sinks: [...answers, ...frames] };
}

let sound: Awaited<ReturnType<typeof assessed>>;
let telling: Awaited<ReturnType<typeof assessed>>;
let sinks: readonly Sink[];
beforeAll(async () => {
  const headers = { 'x-key': secret('header'), authorization: `Basic ${secret('authorization header')}` };
  const url = `${tap.url('forwards')}?key=${secret(inAddress)}`;
  const byHeader = await person.connect('by header', { url, profile: 'filesystem', auth: { kind: 'headers', headers } });
  const unreachable = { url: nowhere, profile: 'filesystem', auth: { kind: 'bearer', token: secret('unreachable') } };
  const conducts = ['forwards', 'refuses', 'fails', 'redirects', 'cuts', 'babbles', 'errs', 'errs-at-call'] as const;
  const all = [
    byHeader,
    await person.connect('unreachable', unreachable),
    ...(await Promise.all(conducts.map((one) => bearer(one)))),
  ];
  const tellers = await Promise.all((['names-itself', ...repeated] as const).map((one) => bearer(one)));
  [sound, telling] = await Promise.all([assessed(all), assessed(tellers)]);
  const refused = await refusals();
  sinks = [...(await people.leftBehind()), ...commands, ...said, ...sound.sinks, ...telling.sinks, ...refused];
});

/** Requests with a credential in them that are refused: the answers, and the frames. */
async function refusals(): Promise<Sink[]> {
  const { url } = people.stack.api;
  const token = secret('refused');
  const auth = { kind: 'bearer', token };
  const bodies = {
    'a name that is taken': { name: 'forwards', url: tap.url('forwards'), auth },
    'an address of the private network': { name: 'n', url: `https://10.0.0.1/?key=${token}`, auth },
    'an address with a password': { name: 'n', url: `https://user:${token}@example.com/`, auth },
    'a token with a space': { name: 'n', url: 'https://example.com/', auth: { kind: 'bearer', token: `${token} x` } },
    'a header of two lines': {
      name: 'n',
      url: 'https://example.com/',
      auth: { kind: 'headers', headers: { 'x-key': `${token}\r\nx: y` } },
    },
    'a kind that is none': { name: 'n', url: 'https://example.com/', auth: { kind: token, token } },
    'a profile that is none': { name: 'n', url: 'https://example.com/', auth, profile: 'nope' },
  };
  const headers = { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' };
  const answers = Object.entries(bodies).map(async ([name, body]) => {
    const sent = { ...headers, 'idempotency-key': randomUUID() };
    const answer = await fetch(`${url}/connections`, { method: 'POST', headers: sent, body: JSON.stringify(body) });
    expect([name, answer.status]).toEqual([name, name === 'a name that is taken' ? 409 : 400]);
    return { name: `refusal of ${name}`, content: JSON.stringify([[...answer.headers], await answer.text()]) };
  });
  const socket = await person.listen();
  await socket.say({ action: 'connect', auth });
  return [...(await Promise.all(answers)), ...socket.frames.map((content) => ({ name: 'refusal of an action', content }))];
}

test('every source met the fate that it was made for', () => {
  const reasons = Object.fromEntries(sound.report.gaps.map(({ source, reason }) => [source, reason]));
  expect(reasons).toEqual({
    unreachable: 'unreachable could not be reached at connect (ECONNREFUSED).',
    refuses: 'refuses refused connect (HTTP 401).',
    fails: 'fails could not serve connect (HTTP 500).',
    redirects: `${tap.origin} answered with a redirect (307); register the address it leads to.`,
    cuts: 'cuts broke off at connect (UND_ERR_SOCKET).',
    babbles: 'babbles did not answer connect as MCP asks.',
    errs: 'errs did not answer connect as MCP asks.',
    'errs-at-call': 'errs-at-call did not answer list_allowed_directories as MCP asks.',
  });
  expect(new Set(tap.seen.map((headers) => headers.authorization))).toContain(`Bearer ${secrets['refuses']}`);
});

/** The word before what differs from run to run. */
const kinds = (found: readonly Sink[]) =>
  new Set(sinksOf(scan(found, { mark, run: sound.runId })).map((sink) => sink.split(/[/:{ ]/)[0]));

test('what was looked through is everything: the run shows in each place', () => {
  const places = [
    'ToolCall',
    'RunEvent',
    'Report',
    'assay',
    'objects',
    'assay.log',
    'execution',
    'Redis',
    'input',
    'output',
    'failure',
    'frame',
    'report',
    'bundle',
    'events',
  ];
  expect(places.filter((place) => !kinds(sinks).has(place))).toEqual([]);
});

describe('no sink holds', () => {
  test('a credential, a token or a ticket', () => {
    const hidden = Object.keys(secrets).filter((name) => ![...repeated, inAddress].includes(name));
    expect(hidden.length).toBeGreaterThan(14);
    expect(scan(sinks, only(...hidden))).toEqual([]);
  });

  test("a key in a connection's address, but for the connection itself", () => {
    expect(sinksOf(scan(sinks, only(inAddress)))).toEqual([`Connection ${person.userId}`, 'connections']);
  });
});

test('a credential that a tool repeats stays in the bytes of its result, which are evidence, and comes nowhere else', () => {
  const hits = scan(sinks, only(...repeated));
  expect(new Set(hits.map(({ secret: name }) => name))).toEqual(new Set(repeated));
  expect(sinksOf(hits)).toEqual([`Blob ${projectId}`]);
  expect(String(telling.report.gaps.map(({ reason }) => reason))).toContain('"authorization":"[credential]"');
});
