import { empty, pageQuery, projectParams } from '../../../lib/contract/api/common.ts';
import { memories } from '../../../lib/contract/api/memory.ts';
import { agent as agents } from '../../../lib/contract/events.ts';
import { route } from '../../../lib/runtime/http.ts';
import { cache, store } from '../../../lib/runtime/resources.ts';
import { insertAuditEvent } from '../../../lib/store/audit.ts';
import { after, paged } from '../../../lib/store/page.ts';
import { projectAccess } from '../../../lib/workflow/access.ts';

export const memoryRoutes = [
  route({
    method: 'GET',
    path: '/projects/{projectId}/memory',
    auth: 'bearer',
    summary: 'What agents remember of earlier runs, newest first, with where it comes from and when it is forgotten.',
    params: projectParams,
    query: pageQuery,
    response: memories,
    handle: async ({ principal, params: { projectId }, query, signal }) => {
      await (await store()).forUser(principal, (tx) => projectAccess(tx, principal, projectId, 'read'), { signal });
      const { listEntries } = await import('../../../lib/memory/entries.ts');
      const redis = await cache();
      const lists = await Promise.all(
        agents.options.map(async (agent) =>
          (await listEntries(redis, projectId, agent)).map((entry) => ({ ...entry, agent, createdAt: entry.at })),
        ),
      );
      const place = after(query);
      const left = lists
        .flat()
        .sort(newestFirst)
        .filter((entry) => place === null || newestFirst(place, entry) < 0);
      const { items, nextCursor } = paged(left, query);
      return {
        body: {
          items: items.map(({ id, agent, fact, runId, step, evidenceIds, at, expiresAt }) => {
            return { id, agent, fact, runId, step, evidenceIds, at: at.toISOString(), expiresAt: expiresAt.toISOString() };
          }),
          nextCursor,
        },
      };
    },
  }),
  route({
    method: 'DELETE',
    path: '/projects/{projectId}/memory',
    auth: 'bearer',
    summary: 'Makes the agents forget what they remember of this project.',
    params: projectParams,
    response: empty,
    status: 204,
    handle: async ({ principal, params: { projectId }, signal }) => {
      await (await store()).forUser(
        principal,
        async (tx) => {
          await projectAccess(tx, principal, projectId, 'write');
          await insertAuditEvent(tx, { projectId, userId: principal.userId, action: 'memory.clear', target: projectId });
        },
        { signal },
      );
      const { clearEntries } = await import('../../../lib/memory/entries.ts');
      await clearEntries(await cache(), projectId);
      return {};
    },
  }),
];

interface Place {
  readonly createdAt: Date;
  readonly id: string;
}
const newestFirst = (a: Place, b: Place): number =>
  b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
