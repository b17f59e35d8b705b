import type { ConnectionAuth } from '../../../lib/contract/api/connections.ts';
import { profiles } from '../../../lib/mcp/profiles/index.ts';
import { isLiteral, isPublicAddress } from '../../../lib/net/address.ts';
import { ApiError } from '../../../lib/runtime/http.ts';

/**
 * What can be refused before anything is asked of the network, which refuses again at every hop. `loopbackOrigins` is the
 * local configuration. @throws ApiError BAD_REQUEST
 */
export function checkUrl(text: string, loopbackOrigins: readonly string[]): void {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new ApiError('BAD_REQUEST', 'body.url: holds credentials; give them as auth, where they are sealed');
  }
  if (url.hash !== '') throw new ApiError('BAD_REQUEST', 'body.url: has a fragment, which is never sent');
  if (loopbackOrigins.includes(url.origin)) return;
  if (url.protocol !== 'https:') throw new ApiError('BAD_REQUEST', 'body.url: must begin with https://');
  if (isLiteral(url.hostname) && !isPublicAddress(url.hostname)) {
    throw new ApiError('BAD_REQUEST', 'body.url: is an address that the public internet does not route');
  }
}

/** @throws ApiError BAD_REQUEST for an unknown profile, or a scope that it does not take or still needs */
export function checkProfile(id: string, scope: Readonly<Record<string, string>>): void {
  const profile = profiles.find((known) => known.id === id);
  if (profile === undefined) {
    const known = profiles.map((one) => one.id).join(', ');
    throw new ApiError('BAD_REQUEST', `body.profile: '${id}' is unknown; choose from ${known}`);
  }
  const foreign = Object.keys(scope).find((name) => !profile.scope.some((field) => field.name === name));
  if (foreign !== undefined) {
    const taken = profile.scope.map(({ name }) => name).join(', ') || 'nothing';
    throw new ApiError('BAD_REQUEST', `body.scope.${foreign}: ${profile.title} takes ${taken} as scope`);
  }
  for (const { name, title, example, pattern, required } of profile.scope) {
    const value = scope[name];
    if (value === undefined ? required : !pattern.test(value)) {
      throw new ApiError('BAD_REQUEST', `body.scope.${name}: ${title}, for example ${example}`);
    }
  }
}

/** Credentials as the headers that are sealed; null for none. */
export function headersOf(auth: Exclude<ConnectionAuth, { kind: 'oauth' }>): Readonly<Record<string, string>> | null {
  switch (auth.kind) {
    case 'none':
      return null;
    case 'bearer':
      return { authorization: `Bearer ${auth.token}` };
    case 'headers':
      return auth.headers;
  }
}
