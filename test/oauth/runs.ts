/** Whole runs over sources that people sign in to, each with its own authorisation server, and all that must not be found after them. */
import { randomUUID } from 'node:crypto';
import { afterAll, expect } from 'vitest';
import * as z from 'zod';
import { type Report, report as reportSchema } from '../../lib/contract/report.ts';
import { verifyBundle } from '../../lib/evidence/verify.ts';
import type { Source } from '../../local/folder.ts';
import type { Sink } from '../support/scan.ts';
import type { Person } from '../tenants/people.ts';
import { answersOf } from '../tenants/reading.ts';
import { forward } from '../tenants/tap.ts';
import { type OAuthAuthority, startOAuthAuthority } from './authority.ts';
import { type ProtectedServer, startProtectedServer } from './protected-server.ts';

export interface GuardedFiles {
  readonly authority: OAuthAuthority;
  readonly server: ProtectedServer;
  /** So many more requests are answered; then no token that was issued is good any more. */
  forgetTokensAfter(requests: number): void;
  /** What was handed out to people and programs, and what they proved themselves with, by a name for each. */
  secrets(): Readonly<Record<string, string>>;
}

/** The files of a source, for who brings a token. Stopped after the file's last test. */
export async function guardedFiles(name: string, bridge: () => Source['bridge']): Promise<GuardedFiles> {
  const authority = await startOAuthAuthority();
  let left = Number.POSITIVE_INFINITY;
  const server = await startProtectedServer(authority, (request, response) => {
    left -= 1;
    forward(request, response, bridge());
    if (left === 0) authority.forgetAccessTokens();
  });
  afterAll(() => Promise.all([server.stop(), authority.stop()]));
  return {
    authority,
    server,
    forgetTokensAfter(requests) {
      left = requests;
    },
    secrets() {
      const { issued, tokenRequests } = authority.seen;
      const shown = tokenRequests.flatMap((request) =>
        ['code', 'code_verifier', 'refresh_token'].flatMap((part) => request[part] ?? []),
      );
      return Object.fromEntries([...issued, ...shown].map((value, at) => [`${name} ${at}`, value]));
    },
  };
}

const begun = z.object({ authorizationUrl: z.string() });
const RETURN_TO = 'http://127.0.0.1:7999/done';

/** A connection that this person has authorised, through every route that a browser and the console go, and the state of the flow. */
export async function signedIn(who: Person, { authority, server }: GuardedFiles) {
  const target = { url: server.mcpUrl, profile: 'filesystem', auth: { kind: 'oauth' } };
  const connectionId = await who.connect(`c ${randomUUID()}`, target);
  const path = `/connections/${connectionId}/oauth`;
  const body = { returnTo: RETURN_TO };
  const { authorizationUrl } = await who.client.request({ method: 'POST', path, body, answer: begun });
  const { headers } = await fetch(await authority.agree(authorizationUrl), { redirect: 'manual' });
  const back = Object.fromEntries(new URL(headers.get('location') ?? '').searchParams);
  await who.client.request({ method: 'POST', path: '/oauth/callback', body: back, answer: z.unknown() });
  return { connectionId, state: z.string().parse(back['state']) };
}

export interface Assessed {
  readonly runId: string;
  readonly report: Report;
  /** All that its person can read of it, and what was pushed to them. */
  readonly read: readonly Sink[];
}

/** A run in a project of its own, so that no run is compared with another, whose bundle verifies. */
export async function assessed(who: Person, ...connectionIds: readonly string[]): Promise<Assessed> {
  const projectId = await who.project(`p ${randomUUID()}`);
  const socket = await who.listen();
  const runId = await who.start(projectId, connectionIds);
  await socket.say({ action: 'subscribe', runId });
  await socket.ended(runId);
  socket.close();
  const answers = await answersOf({ person: who, projectId, runId });
  const contentOf = (name: string) => Buffer.from(String(answers.find((sink) => sink.name === name)?.content), 'latin1');
  expect((await verifyBundle(contentOf('bundle'))).problems).toEqual([]);
  const report = reportSchema.parse(JSON.parse(contentOf('report json').toString('utf8')));
  return { runId, report, read: [...answers, ...socket.frames.map((content) => ({ name: 'frame', content }))] };
}
