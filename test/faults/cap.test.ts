/** All of a person's places are taken while a run starts. */
import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import { openCache } from '../../lib/cache/cache.ts';
import { CONNECTION_CAP, type Lease, openLeases } from '../../lib/cache/leases.ts';
import { testRedis } from '../support/services.ts';
import { testStack } from '../support/stack.ts';

const redisServer = await testRedis();
const cache = openCache({ url: redisServer.url, cluster: false });
afterAll(() => cache.close());
// 300 s for a source become 30.
const { client, start, finish, sql } = await testStack({ timeScale: 0.1, redisServer });
const leases = openLeases(cache);

async function takeAll(): Promise<Lease[]> {
  // A request makes the person known.
  await client.request({ method: 'POST', path: '/projects', body: { name: randomUUID() }, answer: z.unknown() });
  const [person] = await sql<{ createdBy: string }>('SELECT "createdBy" FROM "Project" LIMIT 1');
  const taken = await Promise.all(
    Array.from({ length: CONNECTION_CAP }, (_, n) =>
      leases.take(String(person?.createdBy), { connectionId: randomUUID(), name: `source ${n}` }),
    ),
  );
  return taken.flatMap((one) => ('lease' in one ? [one.lease] : []));
}

test('the run waits for a place, and goes on when one is given back', async () => {
  const held = await takeAll();
  expect(held).toHaveLength(CONNECTION_CAP);
  const { report } = await finish(await start(), {
    onEvent: (event) => event.type === 'STEP_STARTED' && event.stepName.startsWith('extraction/') && held.pop()?.release(),
  });
  await Promise.all(held.map((lease) => lease.release()));
  expect([report.run.outcome, report.gaps]).toEqual(['complete', []]);
});

test('when none is, the gap names the cap and what is open', async () => {
  const held = await takeAll();
  const { report } = await finish(await start());
  await Promise.all(held.map((lease) => lease.release()));
  expect(report.run.outcome).toBe('failed');
  expect(report.gaps.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/was not opened: 10 connections are open, the most that one person may have at once \(.*source 3.*\)/),
  ]);
}, 90_000);
