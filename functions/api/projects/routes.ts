import { randomUUID } from 'node:crypto';
import { empty, pageQuery, projectParams } from '../../../lib/contract/api/common.ts';
import { auditEvents, newProject, project, projectChange, projects } from '../../../lib/contract/api/projects.ts';
import type { Principal } from '../../../lib/contract/principal.ts';
import { route } from '../../../lib/runtime/http.ts';
import { isoTimes } from '../../../lib/runtime/iso-times.ts';
import { cache, objects, store } from '../../../lib/runtime/resources.ts';
import { insertAuditEvent, listAuditEvents } from '../../../lib/store/audit.ts';
import {
  deleteProject,
  ensureUser,
  getProject,
  insertProject,
  listProjects,
  updateProject,
} from '../../../lib/store/projects.ts';
import type { Tx } from '../../../lib/store/store.ts';
import { projectAccess } from '../../../lib/workflow/access.ts';
import { memberRoutes } from './members.ts';
import { memoryRoutes } from './memory.ts';

export const routes = [
  route({
    method: 'GET',
    path: '/projects',
    auth: 'bearer',
    summary: 'Lists the projects that you are a member of.',
    query: pageQuery,
    response: projects,
    handle: async ({ principal, query, signal }) => {
      const { items, nextCursor } = await (await store()).forUser(principal, (tx) => listProjects(tx, principal.userId, query), {
        signal,
      });
      return { body: { items: items.map(isoTimes), nextCursor } };
    },
  }),
  route({
    method: 'POST',
    path: '/projects',
    auth: 'bearer',
    summary: 'Makes a project, of which you are the owner.',
    body: newProject,
    response: project,
    status: 201,
    handle: async ({ principal, body, signal }) => {
      const made = await (await store()).forUser(
        principal,
        async (tx) => {
          await ensureUser(tx, principal);
          const row = await insertProject(tx, principal.userId, { id: randomUUID(), ...body });
          await insertAuditEvent(tx, { projectId: row.id, userId: principal.userId, action: 'project.create', target: row.id });
          return row;
        },
        { signal },
      );
      return { body: { ...isoTimes(made), role: 'owner' as const } };
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{projectId}',
    auth: 'bearer',
    summary: 'One project.',
    params: projectParams,
    response: project,
    handle: async ({ principal, params, signal }) => ({
      body: await (await store()).forUser(principal, (tx) => shown(tx, principal, params.projectId), { signal }),
    }),
  }),
  route({
    method: 'PATCH',
    path: '/projects/{projectId}',
    auth: 'bearer',
    summary: 'Renames a project or changes how long its runs are kept.',
    params: projectParams,
    body: projectChange,
    response: project,
    handle: async ({ principal, params: { projectId }, body, signal }) => ({
      body: await (await store()).forUser(
        principal,
        async (tx) => {
          await projectAccess(tx, principal, projectId, 'write');
          await updateProject(tx, projectId, body);
          await insertAuditEvent(tx, { projectId, userId: principal.userId, action: 'project.change', target: projectId });
          return shown(tx, principal, projectId);
        },
        { signal },
      ),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/projects/{projectId}',
    auth: 'bearer',
    summary: 'Deletes a project with its runs, evidence and reports. It cannot be undone.',
    params: projectParams,
    response: empty,
    status: 204,
    handle: async ({ principal, params: { projectId }, signal }) => {
      const runs = await (await store()).forUser(
        principal,
        async (tx) => {
          await projectAccess(tx, principal, projectId, 'own');
          await insertAuditEvent(tx, { projectId, userId: principal.userId, action: 'project.delete', target: projectId });
          return deleteProject(tx, projectId);
        },
        { signal },
      );
      // After the rows: what is left of a failure here is unreachable, and the next deletion of the prefix takes it.
      await (await objects()).remove(`projects/${projectId}/`);
      const { eraseRun } = await import('../../../lib/progress/stream.ts');
      const streams = await cache();
      for (const runId of runs) await eraseRun(streams, runId);
      const { clearEntries } = await import('../../../lib/memory/entries.ts');
      await clearEntries(streams, projectId);
      return {};
    },
  }),
  route({
    method: 'GET',
    path: '/projects/{projectId}/audit',
    auth: 'bearer',
    summary: 'The audit trail, newest first.',
    params: projectParams,
    query: pageQuery,
    response: auditEvents,
    handle: async ({ principal, params: { projectId }, query, signal }) => {
      const { items, nextCursor } = await (await store()).forUser(
        principal,
        async (tx) => {
          await projectAccess(tx, principal, projectId, 'read');
          return listAuditEvents(tx, projectId, query);
        },
        { signal },
      );
      return { body: { items: items.map(isoTimes), nextCursor } };
    },
  }),
  ...memberRoutes,
  ...memoryRoutes,
];

async function shown(tx: Tx, principal: Principal, projectId: string) {
  const role = await projectAccess(tx, principal, projectId, 'read');
  const row = await getProject(tx, projectId);
  if (row === null) throw new Error('a member of a project that is not there');
  return { ...isoTimes(row), role };
}
