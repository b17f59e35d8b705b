import { empty, projectParams } from '../../../lib/contract/api/common.ts';
import { member, memberChange, memberParams, members, newMember } from '../../../lib/contract/api/projects.ts';
import { ApiError, route } from '../../../lib/runtime/http.ts';
import { isoTimes } from '../../../lib/runtime/iso-times.ts';
import { store } from '../../../lib/runtime/resources.ts';
import { insertAuditEvent } from '../../../lib/store/audit.ts';
import { UniqueViolation } from '../../../lib/store/errors.ts';
import { deleteMember, insertMember, listMembers, otherOwners, updateMember } from '../../../lib/store/members.ts';
import type { Tx } from '../../../lib/store/store.ts';
import { projectAccess } from '../../../lib/workflow/access.ts';

/** The list has one page. */
const MAX_MEMBERS = 200;

const notMember = () => new ApiError('NOT_FOUND', 'That person is no member of the project.');

/** A project without an owner could never be changed again. */
async function keepsAnOwner(tx: Tx, projectId: string, userId: string): Promise<void> {
  if ((await otherOwners(tx, projectId, userId)) === 0) {
    throw new ApiError('CONFLICT', 'This is the last owner. Make somebody else an owner first.');
  }
}

export const memberRoutes = [
  route({
    method: 'GET',
    path: '/projects/{projectId}/members',
    auth: 'bearer',
    summary: 'The members and their roles.',
    params: projectParams,
    response: members,
    handle: async ({ principal, params: { projectId }, signal }) => {
      const rows = await (await store()).forUser(
        principal,
        async (tx) => {
          await projectAccess(tx, principal, projectId, 'read');
          return listMembers(tx, projectId);
        },
        { signal },
      );
      return { body: { items: rows.map(isoTimes), nextCursor: null } };
    },
  }),
  route({
    method: 'POST',
    path: '/projects/{projectId}/members',
    auth: 'bearer',
    summary: 'Adds a member by user id.',
    params: projectParams,
    body: newMember,
    response: member,
    status: 201,
    handle: async ({ principal, params: { projectId }, body: { userId, role }, signal }) => {
      const added = await (await store())
        .forUser(
          principal,
          async (tx) => {
            await projectAccess(tx, principal, projectId, 'own');
            await insertMember(tx, projectId, userId, role);
            await insertAuditEvent(tx, {
              projectId,
              userId: principal.userId,
              action: 'member.add',
              target: userId,
              detail: { role },
            });
            const all = await listMembers(tx, projectId);
            if (all.length > MAX_MEMBERS) throw new ApiError('CONFLICT', `A project has at most ${MAX_MEMBERS} members.`);
            return all.find((one) => one.userId === userId);
          },
          { signal },
        )
        .catch((error: unknown) => {
          if (error instanceof UniqueViolation) throw new ApiError('CONFLICT', 'That person is a member already.');
          throw error;
        });
      if (added === undefined) throw notMember();
      return { body: isoTimes(added) };
    },
  }),
  route({
    method: 'PATCH',
    path: '/projects/{projectId}/members/{userId}',
    auth: 'bearer',
    summary: 'Changes a role.',
    params: memberParams,
    body: memberChange,
    response: empty,
    status: 204,
    handle: async ({ principal, params: { projectId, userId }, body: { role }, signal }) => {
      await (await store()).forUser(
        principal,
        async (tx) => {
          await projectAccess(tx, principal, projectId, 'own');
          if (role !== 'owner') await keepsAnOwner(tx, projectId, userId);
          if (!(await updateMember(tx, projectId, userId, role))) throw notMember();
          await insertAuditEvent(tx, {
            projectId,
            userId: principal.userId,
            action: 'member.change',
            target: userId,
            detail: { role },
          });
        },
        { signal },
      );
      return {};
    },
  }),
  route({
    method: 'DELETE',
    path: '/projects/{projectId}/members/{userId}',
    auth: 'bearer',
    summary: 'Removes a member; anybody may remove themselves.',
    params: memberParams,
    response: empty,
    status: 204,
    handle: async ({ principal, params: { projectId, userId }, signal }) => {
      await (await store()).forUser(
        principal,
        async (tx) => {
          const role = await projectAccess(tx, principal, projectId, userId === principal.userId ? 'read' : 'own');
          // Only an owner can lock the owners' rows, and only an owner's going can leave the project without one.
          if (role === 'owner') await keepsAnOwner(tx, projectId, userId);
          await insertAuditEvent(tx, { projectId, userId: principal.userId, action: 'member.remove', target: userId });
          if (!(await deleteMember(tx, projectId, userId))) throw notMember();
        },
        { signal },
      );
      return {};
    },
  }),
];
