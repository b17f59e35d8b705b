/** Agent memory over the API: who sees it, who clears it, and that it goes with its project. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { listEntries } from '../../lib/memory/entries.ts';
import { cache, memory } from '../../lib/runtime/resources.ts';
import { startApi } from './api.ts';

const api = await startApi();

async function remembering(entries: number) {
  const [owner, auditor] = [await api.person(), await api.person()];
  const [projectId, runId] = [
    await api.store.project({ [owner.principal.userId]: 'owner', [auditor.principal.userId]: 'auditor' }),
    randomUUID(),
  ];
  const facts = Array.from({ length: entries }, (_, times) => ({
    ...{ runId, step: 'extract' },
    fact: { kind: 'tool-failed' as const, source: 'wiki', tool: 'search', times },
  }));
  for (const agent of ['manager', 'extraction'] as const) await (await memory()).remember(projectId, agent, facts);
  return { owner, auditor, params: { projectId }, runId };
}

test('members page through it with provenance and expiry; an auditor may not clear it; a stranger finds nothing', async () => {
  const { owner, auditor, params, runId } = await remembering(3);
  const seen = new Set<unknown>();
  let cursor: unknown = '';
  for (let page = 0; page < 3; page++) {
    const query = `limit=2${cursor === '' ? '' : `&cursor=${String(cursor)}`}`;
    const { body } = await auditor.ask('GET /projects/{projectId}/memory', { params, query });
    const items = Array.isArray(body['items']) ? body['items'] : [];
    expect(items[0]).toMatchObject({ runId, step: 'extract', evidenceIds: [], fact: { kind: 'tool-failed' } });
    expect(Date.parse(items[0].expiresAt) - Date.parse(items[0].at)).toBe(43_200_000);
    for (const { id } of items) seen.add(id);
    cursor = body['nextCursor'];
  }
  expect([seen.size, cursor]).toEqual([6, null]);
  expect((await auditor.ask('DELETE /projects/{projectId}/memory', { params })).status).toBe(403);
  expect((await (await api.person()).ask('GET /projects/{projectId}/memory', { params })).status).toBe(404);
  expect((await owner.ask('DELETE /projects/{projectId}/memory', { params })).status).toBe(204);
  expect((await owner.ask('GET /projects/{projectId}/memory', { params })).body).toEqual({ items: [], nextCursor: null });
});

test('goes with its project', async () => {
  const { owner, params } = await remembering(1);
  expect((await owner.ask('DELETE /projects/{projectId}', { params })).status).toBe(204);
  expect(await listEntries(await cache(), params.projectId, 'manager')).toEqual([]);
});
