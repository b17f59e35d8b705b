/** The API with an authorisation server and an MCP server behind it, and a person's way through. */
import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { guardedFetch } from '../../lib/runtime/resources.ts';
import { type Answer, type Api, type Person, startApi } from '../api/api.ts';
import { type OAuthAuthority, startOAuthAuthority } from './authority.ts';
import { type ProtectedServer, startProtectedServer } from './protected-server.ts';

export interface OAuthWorld {
  readonly api: Api;
  readonly authority: OAuthAuthority;
  readonly server: ProtectedServer;
}

export const returnTo = 'http://127.0.0.1:7999/done';

export async function oauthWorld(): Promise<OAuthWorld> {
  const api = await startApi();
  const authority = await startOAuthAuthority();
  const server = await startProtectedServer(authority);
  afterAll(async () => {
    await (await guardedFetch()).close();
    await Promise.all([server.stop(), authority.stop()]);
  });
  await api.settings({ LOOPBACK_ORIGINS: [server.url, authority.url].join(',') });
  return { api, authority, server };
}

export async function made(person: Person, url: string, auth: object = { kind: 'oauth' }): Promise<string> {
  const { body, text } = await person.ask('POST /connections', { body: { name: `c ${randomUUID()}`, url, auth } });
  if (typeof body['id'] !== 'string') throw new Error(text);
  return body['id'];
}

export const started = (person: Person, connectionId: string): Promise<Answer> =>
  person.ask('POST /connections/{connectionId}/oauth', { params: { connectionId }, body: { returnTo } });

export const finished = (person: Person, back: Readonly<Record<string, string>>): Promise<Answer> =>
  person.ask('POST /oauth/callback', { body: back });

export const paramsOf = (url: URL): Record<string, string> => Object.fromEntries(url.searchParams);

/** Begins, agrees, follows the callback, and gives what the last page holds in its address. */
export async function broughtBack(
  { authority }: OAuthWorld,
  person: Person,
  connectionId: string,
): Promise<Record<string, string>> {
  const { body, text } = await started(person, connectionId);
  if (typeof body['authorizationUrl'] !== 'string') throw new Error(text);
  const callback = await authority.agree(body['authorizationUrl']);
  const { headers, text: why } = await person.ask('GET /oauth/callback', { query: callback.search.slice(1) });
  if (typeof headers['location'] !== 'string') throw new Error(why);
  return paramsOf(new URL(headers['location']));
}

/** An authorised connection. */
export async function authorised(world: OAuthWorld, person: Person): Promise<string> {
  const connectionId = await made(person, world.server.mcpUrl);
  const { status, text } = await finished(person, await broughtBack(world, person, connectionId));
  if (status !== 200) throw new Error(text);
  return connectionId;
}
