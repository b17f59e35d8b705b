/** Nobody answers: a quarter of an hour is 45 s here. */
import { expect, test, vi } from 'vitest';
import { approvals } from '../../lib/contract/api/approvals.ts';
import { startScribe } from '../support/scribe.ts';
import { collectorsWithScribe, profilesWithScribe, wanted } from '../support/scribe-profile.ts';
import { testStack } from '../support/stack.ts';

vi.mock(import('../../lib/mcp/profiles/index.ts'), async (own) => profilesWithScribe(await own()));
vi.mock(import('../../lib/agents/extraction/collectors.ts'), async (own) => collectorsWithScribe(await own()));
wanted.notes = () => ['hello'];

const scribe = await startScribe('scribe');
const { start, finish, client } = await testStack({ timeScale: 0.05, alsoSources: [scribe.source] });

test('what nobody approves in time is not made; the rest is judged, and a later yes is refused', async () => {
  const run = await start({ sources: [scribe.source] });
  const { report } = await finish(run);
  expect(report.gaps.map(({ reason }) => reason)).toContainEqual(
    'The person who started the run did not approve in time: write_note.',
  );
  expect(report.toolCalls.map(({ tool, status }) => [tool, status])).toEqual([['look', 'ok']]);
  const { items } = await client.request({ method: 'GET', path: `/runs/${run.runId}/approvals`, answer: approvals });
  expect(items.map(({ status, decidedBy }) => [status, decidedBy])).toEqual([['expired', null]]);
  await expect(client.decide(items[0]?.id ?? '', 'approve')).rejects.toMatchObject({ status: 409 });
  expect(scribe.written).toEqual([]);
}, 100_000);
