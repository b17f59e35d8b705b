/** Several people on one stack: a sign-in whose tokens the test makes, so that they may expire when it suits. */

import { afterAll } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { nowSeconds, startAuthority } from '../../lib/auth/testing.ts';
import { type Client, createClient } from '../../lib/client/client.ts';
import type { Role } from '../../lib/contract/vocabulary.ts';
import type { Source } from '../../local/folder.ts';
import { openInProcess } from '../../local/workflow/in-process.ts';
import { type Interfere, openInterference } from '../support/interference.ts';
import { type TestStack, type TestStackOptions, testStack } from '../support/stack.ts';
import { type Listener, openListener } from './listener.ts';

export interface Person {
  readonly userId: string;
  readonly email: string;
  /** The access token that the client shows. */
  readonly token: string;
  readonly client: Client;
  project(name: string): Promise<string>;
  connect(name: string, target: Target): Promise<string>;
  start(projectId: string, connectionIds: readonly string[], interfere?: Interfere): Promise<string>;
  invite(projectId: string, person: Person, role: Role): Promise<void>;
  dismiss(projectId: string, person: Person): Promise<void>;
  /** A socket of theirs; its token is good for so many seconds. */
  listen(options?: { readonly seconds?: number }): Promise<Listener>;
  /** Status and text of a GET, redirects followed. */
  get(path: string): Promise<{ readonly status: number; readonly text: string }>;
}

export interface Target {
  readonly url: string;
  readonly profile?: string;
  readonly auth?: object;
}

export interface People extends TestStack {
  person(email: string): Promise<Person>;
  /** The files of the folder with this number. */
  source(folder?: number): Source;
}

export const throughBridge = ({ profile, bridge }: Source, headers: Readonly<Record<string, string>> = {}): Target => ({
  url: bridge.url,
  profile,
  auth: { kind: 'headers', headers: { ...bridge.headers, ...headers } },
});

const made = z.object({ id: z.uuid() });

export async function startPeople(options: TestStackOptions = {}): Promise<People> {
  const authority = await startAuthority();
  afterAll(() => authority.stop());
  const interference = openInterference();
  const stack = await testStack({
    ...options,
    openInvoke: (machines, environment) =>
      interference.wrap(options.openInvoke?.(machines, environment) ?? openInProcess({ functions: machines.functions })),
    environment: { SUPABASE_URL: authority.url, ...options.environment },
  });
  const { url, webSocketUrl } = stack.stack.api;
  return {
    ...stack,
    source(folder = 0) {
      const [files] = stack.sources[folder] ?? [];
      if (files === undefined) throw new Error(`there is no folder ${folder}`);
      return files;
    },
    async person(email) {
      const userId = crypto.randomUUID();
      const tokenFor = (seconds: number) => authority.token({ sub: userId, email, exp: nowSeconds() + seconds });
      const token = await tokenFor(3600);
      const client = createClient({ baseUrl: url, wsUrl: webSocketUrl, token: () => token, fetch, WebSocket });
      const make = async (path: string, body: object) => (await client.request({ method: 'POST', path, body, answer: made })).id;
      return {
        ...{ userId, email, token, client },
        project: (name) => make('/projects', { name }),
        connect: (name, target) => make('/connections', { name, ...target }),
        async start(projectId, connectionIds, interfere = (_, proceed) => proceed()) {
          const begin = async () => ({ runId: await client.startRun(projectId, { connectionIds }) });
          return (await interference.begin(begin, interfere)).runId;
        },
        async invite(projectId, person, role) {
          const body = { userId: person.userId, role };
          await client.request({ method: 'POST', path: `/projects/${projectId}/members`, body, answer: z.unknown() });
        },
        async dismiss(projectId, person) {
          const path = `/projects/${projectId}/members/${person.userId}`;
          await client.request({ method: 'DELETE', path, answer: z.unknown() });
        },
        listen: async ({ seconds = 3600 } = {}) => openListener({ url, webSocketUrl, token: await tokenFor(seconds) }),
        async get(path) {
          const first = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });
          const location = first.headers.get('location');
          // The link bears its own permission: the token does not go there.
          const response = location === null ? first : await fetch(location);
          return { status: response.status, text: Buffer.from(await response.arrayBuffer()).toString('latin1') };
        },
      };
    },
  };
}
