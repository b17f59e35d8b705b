import type { Principal } from '../../../lib/contract/principal.ts';
import type { OAuthClient } from '../../../lib/mcp/oauth/client.ts';
import { OAuthRefused } from '../../../lib/mcp/oauth/errors.ts';
import { sealGrant } from '../../../lib/mcp/oauth/grant.ts';
import type { AuthorizationServer } from '../../../lib/mcp/oauth/server.ts';
import type { Tokens } from '../../../lib/mcp/oauth/tokens.ts';
import type { Logger } from '../../../lib/runtime/logger.ts';
import { keys, store } from '../../../lib/runtime/resources.ts';
import { type GrantRow, replaceGrant } from '../../../lib/store/oauth-grants.ts';
import { audit, found } from './crud.ts';
import { describedOne } from './described.ts';
import { endQuietly, targetToEnd } from './live-target.ts';
import { revokeQuietly } from './revocation.ts';

export interface Granted {
  readonly connectionId: string;
  readonly connectionVersion: number;
  readonly server: AuthorizationServer;
  readonly client: OAuthClient;
  readonly resource: string;
  readonly tokens: Tokens;
  /** What was granted until now. */
  readonly before: Pick<GrantRow, 'version'> | null;
}

/** Seals what was granted and puts it in the place of what was there, which ends. @throws OAuthRefused */
export async function keepGranted(
  principal: Principal,
  { connectionId, connectionVersion, before, ...given }: Granted,
  logger: Logger,
  signal: AbortSignal,
) {
  const { server, client, resource } = given;
  const { accessToken, refreshToken, scope, expiresAt } = given.tokens;
  const { userId } = principal;
  const version = (before?.version ?? 0) + 1;
  const place = { connectionId, userId, connectionVersion, version, issuer: server.issuer, resource };
  const sealed = await sealGrant(await keys(), place, { server, client, accessToken, refreshToken });
  // With what opened it: afterwards nobody has that any more.
  const old = before === null ? null : await targetToEnd(principal, connectionId, signal);
  const after = await (await store()).forUser(
    principal,
    async (tx) => {
      const replaced = await replaceGrant(tx, { ...place, scope, sealed, expiresAt });
      if (replaced === null) {
        throw new OAuthRefused('state', 'the connection was changed meanwhile: begin it again');
      }
      await audit(principal, tx, 'connection.authorise', connectionId);
      return { connection: await describedOne(tx, await found(tx, principal, connectionId)), ended: replaced.before };
    },
    { signal },
  );
  if (old !== null) await endQuietly(principal, old, signal);
  await revokeQuietly(after.ended, logger, signal, { accessToken, refreshToken });
  return after.connection;
}
