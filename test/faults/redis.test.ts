import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import type { Envelope } from '../../lib/contract/events.ts';
import type { Report } from '../../lib/contract/report.ts';
import { aheadOf, gate } from '../support/interference.ts';
import { essence } from '../support/same-report.ts';
import { testRedis } from '../support/services.ts';
import { testStack } from '../support/stack.ts';

const server = await testRedis({ own: true });
const { client, start, finish, redis, sql } = await testStack({ redisServer: server });
const undisturbed = await finish(await start());

/** Steps, calls and findings; changes of the state come in as many pieces as they come. */
const told = (events: readonly Envelope[]): Set<string> =>
  new Set(
    events.flatMap(({ event }) => {
      if (event.type === 'TOOL_CALL_START') return [event.toolCallName];
      if (event.type === 'CUSTOM') return [JSON.stringify(event.value).replace(/"findingId":"[^"]*"/, '')];
      return 'stepName' in event ? [`${event.type} ${event.stepName}`] : [];
    }),
  );
function expectTheSame(report: Report): void {
  expect(essence(report)).toEqual(essence(undisturbed.report));
  expect(report.degraded).toEqual([]);
}

beforeEach(async () => {
  redis.heal();
  await redis.up();
  // The functions find it again within seconds.
  const ticket = () => client.request({ method: 'POST', path: '/ws-tickets', body: {}, answer: z.unknown() });
  await vi.waitFor(ticket, { timeout: 15_000, interval: 100 });
});

/** Somebody follows the run over the stream: who comes while Redis is gone is given its state instead. */
async function watched(runId: string): Promise<void> {
  const direct = new Redis(server.url);
  const watchers = () => direct.keys(`*${runId}*watchers*`);
  await vi.waitFor(async () => expect(await watchers()).not.toEqual([]), { timeout: 10_000 });
  direct.disconnect();
}

/** Nobody knows how many connections are open, so none is opened (after a short wait: Redis may come back). */
describe('a run that Redis leaves before its source is opened ends in a report with a gap that says why', () => {
  const expectGap = ({ report }: { readonly report: Report }): void => {
    expect(report.gaps.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/was not opened: how many connections are open is not known right now/),
    ]);
    expect([report.score, report.findings, report.coverage.satisfied]).toEqual([null, [], 0]);
  };

  test('gone from the start of the run: its state is polled', async () => {
    await redis.down();
    const finished = await finish(await start(), { withoutArchive: true });
    expectGap(finished);
    expect(finished.events.at(-1)?.event.type).toBe('RUN_ERROR');
  });

  test('stopped for good before tasks/extract', async () => {
    const interfere = aheadOf('tasks/extract', () => redis.down());
    expectGap(await finish(await start({ interfere }), { polled: true, withoutArchive: true }));
  });
});

describe('a run that Redis leaves: the same report', () => {
  test('gone for two seconds while the source is read: not one event is lost', async () => {
    const back = gate();
    const started = Promise.withResolvers<string>();
    const leave = aheadOf('tasks/extract', async () => {
      await watched(await started.promise);
      await redis.down();
      setTimeout(() => void redis.up().then(back.open), 2_000);
    });
    const run = await start({
      interfere: (call, proceed) => leave(call, () => (call.path === 'tasks/finalise' ? back.pass().then(proceed) : proceed())),
    });
    started.resolve(run.runId);
    const { report, events } = await finish(run);
    expectTheSame(report);
    expect(told(events)).toEqual(told(undisturbed.events));
    const archive = await sql<Envelope>(`SELECT stream, seq, event FROM "RunEvent" WHERE "runId" = $1 ORDER BY seq`, [run.runId]);
    // Who watches before anything was said is shown the run as it stands, under the number 0, and is not told that again.
    const shown = events.filter(({ seq }) => seq === 0);
    const isShown = ({ event }: Envelope) => shown.some((one) => isDeepStrictEqual(one.event, event));
    const numbered = events.filter(({ seq }) => seq > 0);
    const toTell = archive.filter((one) => !isShown(one) || numbered.some(({ seq }) => seq === one.seq));
    expect(numbered.map(({ seq, event }) => [seq, event])).toEqual(toTell.map(({ seq, event }) => [seq, event]));
  });

  test('flushed: a new stream begins, with one end', async () => {
    const flush = aheadOf('tasks/assess', async () => {
      const direct = new Redis(server.url);
      await direct.flushall();
      direct.disconnect();
    });
    const { report } = await finish(await start({ interfere: flush }), { polled: true });
    expectTheSame(report);
  });

  test('slow', async () => {
    redis.set({ latencyMs: 30 });
    const { report } = await finish(await start());
    expectTheSame(report);
  });

  test('silent, with its connections open', async () => {
    const interfere = aheadOf('tasks/assess', () => redis.set({ halfOpen: true }));
    const { report } = await finish(await start({ interfere }), { polled: true, withoutArchive: true });
    expectTheSame(report);
  });

  test.each(['tasks/assess', 'tasks/write-section', 'tasks/finalise'])('stopped for good before %s', async (path) => {
    const interfere = aheadOf(path, () => redis.down());
    const { report } = await finish(await start({ interfere }), { polled: true, withoutArchive: true });
    expectTheSame(report);
  });

  test('its server killed for good, while a client follows: the client is told of the end, once', async () => {
    const { report, events } = await finish(await start({ interfere: aheadOf('tasks/assess', () => server.stop()) }), {
      withoutArchive: true,
    });
    expectTheSame(report);
    expect(events.at(-1)?.event.type).toBe('RUN_FINISHED');
  });
});
