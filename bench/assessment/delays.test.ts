import { expect, test } from 'vitest';
import { type Envelope, type RunEventBody, runEventBody } from '../../lib/contract/events.ts';
import { type AnnouncedCall, toolCallEvents } from '../../lib/progress/tool-calls.ts';
import { type Arrival, delaysOf } from './delays.ts';

const runId = '00000000-0000-4000-8000-000000000001';

const arrival = (event: RunEventBody, at: number): Arrival => {
  const envelope: Envelope = { v: 1, runId, stream: 'stream-1', seq: 1, time: '2026-01-01T00:00:00.000Z', event };
  return { envelope, at };
};

const call = (id: string, path: string): AnnouncedCall => ({ id, server: 'shop files', tool: 'read_text_file', args: { path } });

/** As the ledger publishes them: the started events, then one result for the batch. */
function batch(calls: readonly AnnouncedCall[], at: number): Arrival[] {
  const { started, finished } = toolCallEvents('extraction/files#1', calls);
  const results = calls.map(({ id }) => ({ id, status: 'ok' as const, durationMs: 1, bytes: 1 }));
  return [...started, ...finished(results)].map((event) => arrival(runEventBody.parse(event), at));
}

const answer = (path: string, at: number | null, tool = 'read_text_file') => ({ tool, args: JSON.stringify({ path }), at });

test('each answer is measured to the frame of the batch that it was in', () => {
  const arrivals = [...batch([call('a', '/1'), call('b', '/2')], 100), ...batch([call('c', '/3')], 200)];
  const results = [answer('/1', 40), answer('/other', 60, 'list_directory_with_sizes'), answer('/2', 90), answer('/3', 150)];
  expect(delaysOf(arrivals, results)).toEqual({ frameMs: [60, 10, 50], batchMs: [10, 50] });
});

test('a call that got no answer is in no figure', () => {
  expect(delaysOf(batch([call('a', '/1'), call('b', '/2')], 100), [answer('/1', null), answer('/2', 70)])).toEqual({
    frameMs: [30],
    batchMs: [30],
  });
});
