import { empty } from '../../../lib/contract/api/common.ts';
import { connectionCheck, connectionParams, connectionTools } from '../../../lib/contract/api/connections.ts';
import type { Principal } from '../../../lib/contract/principal.ts';
import { SourceUnavailable } from '../../../lib/mcp/errors.ts';
import type { Target } from '../../../lib/mcp/session.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { ApiError, route } from '../../../lib/runtime/http.ts';
import { connections, store } from '../../../lib/runtime/resources.ts';
import { recordHealth } from '../../../lib/store/connections.ts';
import { audit } from './crud.ts';
import { heldBy, opened, targetsOf, targetToEnd } from './live-target.ts';
import { withStatus } from './tool-status.ts';

/** Below the 28 s of the function, so that a server that hangs is said to hang. */
const LIMIT_MS = 20_000;

/** What `work` answers, or why the server cannot be used. */
async function orReason<T>(
  target: Pick<Target, 'name'>,
  signal: AbortSignal,
  work: (within: AbortSignal) => Promise<T>,
): Promise<T | string> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  try {
    return await work(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (!(error instanceof SourceUnavailable)) {
      if (limit.aborted && !signal.aborted) return `${target.name} did not answer in time`;
      throw error;
    }
    // Says nothing of the server.
    if (error.failure === 'cap') throw new ApiError('CONFLICT', error.message);
    if (error.failure === 'cap-unknown') throw new ApiError('UNAVAILABLE', error.message);
    return error.message;
  }
}

const audited = async (principal: Principal, action: string, target: string, signal: AbortSignal): Promise<void> =>
  (await store()).forUser(principal, (tx) => audit(principal, tx, action, target), { signal });

export const manageRoutes = [
  route({
    method: 'POST',
    path: '/connections/disconnect',
    auth: 'bearer',
    summary: 'Closes everything that is open to any of your connections; runs under way report a gap.',
    response: empty,
    status: 204,
    handle: async ({ principal, signal }) => {
      const targets = await targetsOf(principal, signal);
      await (await connections()).disconnectAll(principal, targets, signal);
      await audited(principal, 'connections.disconnect', principal.userId, signal);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/connections/{connectionId}/disconnect',
    auth: 'bearer',
    summary: 'Closes what is open to a connection and ends its session at the server; the next use connects anew.',
    params: connectionParams,
    response: empty,
    status: 204,
    handle: async ({ principal, params: { connectionId }, signal }) => {
      const target = await targetToEnd(principal, connectionId, signal);
      await (await connections()).disconnect(principal, target, signal);
      await audited(principal, 'connection.disconnect', connectionId, signal);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/connections/{connectionId}/check',
    auth: 'bearer',
    summary: 'Connects, asks whether the server is there, and lists its tools; the connection keeps what was found.',
    params: connectionParams,
    response: connectionCheck,
    handle: async ({ principal, params: { connectionId }, signal }) => {
      const held = await heldBy(principal, connectionId, signal);
      const manager = await connections();
      const checked = await orReason(held, signal, async (within) =>
        manager.check(principal, await opened(principal, held, within), within),
      );
      const checkedAt = systemClock.now();
      const reason = typeof checked === 'string' ? checked : null;
      const health = reason === null ? ('healthy' as const) : ('failing' as const);
      const found = { health, healthError: reason, checkedAt };
      const isSame = await (await store()).forUser(
        principal,
        async (tx) => {
          if (!(await recordHealth(tx, principal.userId, connectionId, held.version, found))) return false;
          await audit(principal, tx, 'connection.check', connectionId);
          return true;
        },
        { signal },
      );
      if (!isSame) throw new ApiError('CONFLICT', 'The connection was changed at the same time. Check it again.');
      const common = { health, reason, checkedAt: checkedAt.toISOString() };
      if (typeof checked === 'string') return { body: { ...common, era: null, server: null, tools: null } };
      return { body: { ...common, era: checked.era, server: checked.server, tools: checked.tools.length } };
    },
  }),
  route({
    method: 'GET',
    path: '/connections/{connectionId}/tools',
    auth: 'bearer',
    summary: 'The tools of the server right now, in its own words, and whether a run may use them.',
    params: connectionParams,
    response: connectionTools,
    handle: async ({ principal, params: { connectionId }, signal }) => {
      const held = await heldBy(principal, connectionId, signal);
      const manager = await connections();
      const tools = await orReason(held, signal, async (within) =>
        manager.listTools(principal, await opened(principal, held, within), within),
      );
      if (typeof tools === 'string') return { body: { items: [], unavailable: tools } };
      return { body: { items: await withStatus(principal, held, tools, signal), unavailable: null } };
    },
  }),
];
