import { randomUUID } from 'node:crypto';
import { empty, pageQuery } from '../../../lib/contract/api/common.ts';
import {
  connection,
  connectionChange,
  connectionParams,
  connections,
  newConnection,
} from '../../../lib/contract/api/connections.ts';
import type { Principal } from '../../../lib/contract/principal.ts';
import { config } from '../../../lib/runtime/config.ts';
import { ApiError, route } from '../../../lib/runtime/http.ts';
import { store } from '../../../lib/runtime/resources.ts';
import { insertAuditEvent } from '../../../lib/store/audit.ts';
import {
  deleteConnection,
  getConnection,
  insertConnection,
  listConnections,
  updateConnection,
} from '../../../lib/store/connections.ts';
import { UniqueViolation } from '../../../lib/store/errors.ts';
import { deleteGrant } from '../../../lib/store/oauth-grants.ts';
import { ensureUser } from '../../../lib/store/projects.ts';
import type { Tx } from '../../../lib/store/store.ts';
import { described, describedOne } from './described.ts';
import { shown, shownAll } from './live.ts';
import { endQuietly, targetToEnd } from './live-target.ts';
import { revokeQuietly } from './revocation.ts';
import { changedTarget, sealedFor } from './sealed.ts';
import { checkProfile, checkUrl } from './target.ts';

export const noConnection = () => new ApiError('NOT_FOUND', 'There is no such connection.');

function nameTaken(error: unknown): never {
  if (error instanceof UniqueViolation) throw new ApiError('CONFLICT', 'You have a connection of that name already.');
  throw error;
}

/** Connections belong to a person and to no project. */
export const audit = ({ userId }: Principal, tx: Tx, action: string, target: string) =>
  insertAuditEvent(tx, { projectId: null, userId, action, target });

export async function found(tx: Tx, { userId }: Principal, id: string) {
  const row = await getConnection(tx, userId, id);
  if (row === null) throw noConnection();
  return row;
}

export const crudRoutes = [
  route({
    method: 'GET',
    path: '/connections',
    auth: 'bearer',
    summary: 'Lists your connections, newest first, without their credentials.',
    query: pageQuery,
    response: connections,
    handle: async ({ principal, query, signal }) => {
      const database = await store();
      const { items, nextCursor } = await database.forUser(
        principal,
        async (tx) => {
          const page = await listConnections(tx, principal.userId, query);
          return { items: await described(tx, page.items), nextCursor: page.nextCursor };
        },
        { signal },
      );
      return { body: { ...(await shownAll(principal, items)), nextCursor } };
    },
  }),
  route({
    method: 'POST',
    path: '/connections',
    auth: 'bearer',
    summary: 'Makes a connection to an MCP server; its credentials are sealed and never given out again.',
    body: newConnection,
    response: connection,
    status: 201,
    handle: async ({ principal, body: { name, url, profile, scope, auth }, signal }) => {
      checkUrl(url, config.outward().loopbackOrigins);
      checkProfile(profile, scope);
      const { userId } = principal;
      const id = randomUUID();
      const row = {
        id,
        userId,
        name,
        url,
        profile,
        scope,
        authKind: auth.kind,
        sealed: await sealedFor({ id, userId, version: 1 }, auth),
      };
      const made = await (await store())
        .forUser(
          principal,
          async (tx) => {
            await ensureUser(tx, principal);
            const inserted = await insertConnection(tx, row);
            await audit(principal, tx, 'connection.create', id);
            return describedOne(tx, inserted);
          },
          { signal },
        )
        .catch(nameTaken);
      return { body: await shown(principal, made) };
    },
  }),
  route({
    method: 'GET',
    path: '/connections/{connectionId}',
    auth: 'bearer',
    summary: 'One connection, without its credentials.',
    params: connectionParams,
    response: connection,
    handle: async ({ principal, params: { connectionId }, signal }) => ({
      body: await shown(
        principal,
        await (await store()).forUser(principal, async (tx) => describedOne(tx, await found(tx, principal, connectionId)), {
          signal,
        }),
      ),
    }),
  }),
  route({
    method: 'PATCH',
    path: '/connections/{connectionId}',
    auth: 'bearer',
    summary:
      'Changes a connection. To send it to another server, give the credentials for that server; what was open to the old one is closed.',
    params: connectionParams,
    body: connectionChange,
    response: connection,
    handle: async ({ principal, params: { connectionId: id }, body: { name, url, profile, scope, auth }, signal, logger }) => {
      if (url !== undefined) checkUrl(url, config.outward().loopbackOrigins);
      const database = await store();
      const before = await database.forUser(principal, (tx) => found(tx, principal, id), { signal });
      if (profile !== undefined || scope !== undefined) checkProfile(profile ?? before.profile, scope ?? before.scope);
      // Sealing may ask another service, and so lies between two transactions; the version tells when they do not fit together.
      const target = await changedTarget(database, principal, before, { url, auth }, signal);
      // With what opened it: afterwards nobody has that any more.
      const old = target === undefined ? null : await targetToEnd(principal, id, signal);
      const after = await database
        .forUser(
          principal,
          async (tx) => {
            if (!(await updateConnection(tx, principal.userId, id, before.version, { name, profile, scope, target }))) {
              await found(tx, principal, id);
              throw new ApiError('CONFLICT', 'The connection was changed at the same time. Look at it and try again.');
            }
            // Given for the target as it was.
            const ended = target === undefined ? null : await deleteGrant(tx, id);
            await audit(principal, tx, 'connection.change', id);
            return { connection: await describedOne(tx, await found(tx, principal, id)), ended };
          },
          { signal },
        )
        .catch(nameTaken);
      if (old !== null) await endQuietly(principal, old, signal);
      await revokeQuietly(after.ended, logger, signal);
      return { body: await shown(principal, after.connection) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/connections/{connectionId}',
    auth: 'bearer',
    summary: 'Deletes a connection and its credentials; runs under way that use it report a gap.',
    params: connectionParams,
    response: empty,
    status: 204,
    handle: async ({ principal, params: { connectionId }, signal, logger }) => {
      const target = await targetToEnd(principal, connectionId, signal);
      const ended = await (await store()).forUser(
        principal,
        async (tx) => {
          const grant = await deleteGrant(tx, connectionId);
          if (!(await deleteConnection(tx, principal.userId, connectionId))) throw noConnection();
          await audit(principal, tx, 'connection.delete', connectionId);
          return grant;
        },
        { signal },
      );
      await endQuietly(principal, target, signal);
      await revokeQuietly(ended, logger, signal);
      return {};
    },
  }),
];
