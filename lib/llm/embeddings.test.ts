import { afterAll, expect, test } from 'vitest';
import { startEndpoint } from '../../eval/endpoint/endpoint.ts';
import { testRedis } from '../../test/support/services.ts';
import { openCache } from '../cache/cache.ts';
import { openMemory } from '../memory/memory.ts';
import { openEmbeddings } from './embeddings.ts';

const endpoint = await startEndpoint();
const redis = await testRedis();
const cache = openCache({ url: redis.url, cluster: false });
afterAll(async () => {
  await cache.close();
  await endpoint.stop();
});
const embed = openEmbeddings({ apiKey: 'key', baseUrl: endpoint.baseUrl, model: 'scripted-embedding' });

test('a vector for each text, in their order', async () => {
  const [backup, other, again] = await embed(['backup tapes', 'visitors', 'backup tapes'], AbortSignal.timeout(5_000));
  expect(backup?.length).toBeGreaterThan(1);
  expect(backup).toEqual(again);
  expect(backup).not.toEqual(other);
});

test('what lies nearest is recalled first', async () => {
  const lost: unknown[] = [];
  const memory = openMemory({ cache, embed, onLoss: (error) => void lost.push(error) });
  const projectId = crypto.randomUUID();
  const fact = (tool: string) => ({ kind: 'tool-failed', source: 'wiki', tool, times: 1 }) as const;
  const entry = (tool: string) => ({ runId: crypto.randomUUID(), step: 'extract', fact: fact(tool) });
  await memory.remember(projectId, 'extraction', ['restore backup tapes', 'list visitors', 'read invoices'].map(entry));
  expect(await memory.recall(projectId, 'extraction', 'list visitors', 1)).toMatchObject([{ fact: fact('list visitors') }]);
  expect(lost).toEqual([]);
});
