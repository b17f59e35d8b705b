import type { GrantContents } from '../../../lib/mcp/oauth/grant.ts';
import type { Logger } from '../../../lib/runtime/logger.ts';
import type { GrantRow } from '../../../lib/store/oauth-grants.ts';
import { accessDeps } from '../../../lib/workflow/deps.ts';

/** What the answer may be held up for. Milliseconds. */
const REVOCATION_MS = 3000;

type Tokens = Pick<GrantContents, 'accessToken' | 'refreshToken'>;

/**
 * After the grant is gone from here: whatever the authorisation server does, the deletion stands. `since`: what was granted in its
 * place; some servers give out the same token again, which then is still wanted.
 */
export async function revokeQuietly(grant: GrantRow | null, logger: Logger, signal: AbortSignal, since?: Tokens): Promise<void> {
  if (grant === null) return;
  const { connectionId } = grant;
  try {
    // With the MCP client behind them: loaded by the first deletion that has something to revoke.
    const [{ openGrant }, { revoke }] = await Promise.all([
      import('../../../lib/mcp/oauth/grant.ts'),
      import('../../../lib/mcp/oauth/revoke.ts'),
    ]);
    const deps = await accessDeps();
    const held = await openGrant(deps.keys, grant);
    if (held === null || isShared(held, since)) return;
    await revoke(deps, held, AbortSignal.any([signal, AbortSignal.timeout(REVOCATION_MS)]));
  } catch (error) {
    logger.warn('tokens were not revoked at their server', { connectionId, error });
  }
}

/** Either token: with one of them a server may end the other. */
const isShared = (held: Tokens, since: Tokens | undefined): boolean =>
  since !== undefined &&
  (held.accessToken === since.accessToken || (held.refreshToken !== null && held.refreshToken === since.refreshToken));
