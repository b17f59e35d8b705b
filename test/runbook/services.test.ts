/** Each fault is made, and what the alarm watches, or the runbook's query finds, is there. docs/runbook.md says which were tried. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { errorNames } from '../../lib/contract/errors.ts';
import { FunctionFailed } from '../../local/workflow/errors.ts';
import { openInProcess } from '../../local/workflow/in-process.ts';
import { aheadOf, type Interfere } from '../support/interference.ts';
import { testStack } from '../support/stack.ts';
import { counted, type Line, leaves, watched } from './lines.ts';

let areEventsLost = false;
const { stack, client, start, finish, executionOf, sources, database, redis, sql, dataDir } = await testStack({
  linesToSources: true,
  environment: watched,
  delivers: () => !areEventsLost,
});
const invoke = openInProcess({ functions: stack.machines.functions });
const line = sources[0]?.[0]?.line;
if (line == null) throw new Error('no line to the source');

const failing =
  (path: string): Interfere =>
  (call, proceed) =>
    call.path === path ? Promise.reject(new FunctionFailed(errorNames.input, 'no')) : proceed();

/** Its machine failed, and nobody was told. */
async function abandoned(): Promise<void> {
  areEventsLost = true;
  const run = await start({ interfere: failing('tasks/finalise') });
  await stack.workflow.engine.ended(executionOf(run));
  areEventsLost = false;
  await sql(`UPDATE "Run" SET "deadlineAt" = now() - interval '1 second' WHERE id = $1`, [run.runId]);
  await stack.workflow.bus.runSchedules();
  await finish(run);
}
const endedEvent = { detail: { name: randomUUID(), status: 'FAILED' } };
const unreachable = async (work: () => Promise<unknown>): Promise<void> => {
  await database.down();
  await expect(work()).rejects.toThrow();
};
const failed = (name: string) => (one: Line) => one['function'] === name && one['message'] === 'failed' && 'failure' in one;

interface Tried {
  readonly alarm: string;
  readonly fault: string;
  readonly act: () => Promise<unknown>;
  readonly shows: (line: Line) => boolean;
}

const tried: readonly Tried[] = [
  {
    alarm: 'runs-failed',
    fault: 'the source is down',
    act: async () => {
      await line.down();
      await finish(await start());
    },
    shows: counted('RunFailed'),
  },
  {
    alarm: 'runs-degraded',
    fault: 'a task fails',
    act: async () => finish(await start({ interfere: failing('tasks/assess') })),
    shows: counted('RunDegraded'),
  },
  { alarm: 'runs-overdue', fault: 'a run is stuck', act: abandoned, shows: counted('RunsOverdue') },
  {
    alarm: 'dead-letters',
    fault: 'PostgreSQL is down when a run ends',
    act: () => unreachable(() => invoke('events/execution-ended', endedEvent, { timeoutMs: 20_000 })),
    shows: failed('execution-ended'),
  },
  {
    alarm: 'sweep-stopped',
    fault: 'PostgreSQL is down when the sweep is due',
    act: () => unreachable(() => invoke('events/sweep', {}, { timeoutMs: 20_000 })),
    shows: failed('sweep'),
  },
  {
    alarm: 'api-errors',
    fault: 'PostgreSQL is down when somebody asks',
    act: () => unreachable(() => client.request({ method: 'GET', path: '/projects', answer: z.unknown() })),
    shows: (one) => one['message'] === 'request failed' && one['status'] === 503,
  },
  {
    alarm: 'events-late',
    fault: 'Redis is slow while a client watches',
    act: async () => finish(await start({ interfere: aheadOf('tasks/summarise', () => redis.set({ latencyMs: 600 })) })),
    shows: counted('EventLatency', 1_000),
  },
  {
    alarm: 'cache-unavailable',
    fault: 'Redis is down',
    act: async () => {
      const run = await start({ interfere: aheadOf('tasks/write-section', () => redis.down()) });
      await finish(run, { polled: true, withoutArchive: true });
    },
    shows: counted('CacheUnavailable'),
  },
];

afterEach(async () => {
  for (const fault of [line, database, redis]) {
    fault.heal();
    await fault.up();
  }
});

test('of a run that nothing happens to there is none of it: it counts as complete, its steps by name, and the log names nobody', async () => {
  let runId = '';
  const since = await leaves(dataDir, counted('RunsEnded'), async () => {
    const run = await start();
    runId = run.runId;
    await finish(run);
  });
  // How fast this machine is has a test of its own.
  const signs = tried.filter(({ alarm }) => alarm !== 'events-late');
  expect(since.filter((one) => signs.some(({ shows }) => shows(one)))).toEqual([]);
  const own = since.filter((one) => one['runId'] === runId);
  expect(own.filter(counted('RunsEnded'))).toEqual([
    expect.objectContaining({ outcome: 'complete', service: 'assay', stage: 'test' }),
  ]);
  const durations = own.filter(counted('StepDuration', 0)).map(({ step }) => step);
  expect(new Set(durations)).toEqual(new Set(['plan', 'extract', 'assess', 'section', 'remediate', 'summarise', 'compare']));
  const ended = own.filter(({ message }) => message === 'step ended');
  expect(new Set(ended.map(({ user }) => user)).size).toBe(1);
  const [row] = await sql<{ startedBy: string }>('SELECT "startedBy" FROM "Run" WHERE id = $1', [runId]);
  expect(row?.startedBy).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.stringify(since)).not.toContain(row?.startedBy);
});

describe('what the alarm watches is there when', () => {
  // One after the other: the log is one.
  test.each(tried)('$fault ($alarm)', { timeout: 60_000 }, async ({ act, shows }) => {
    await leaves(dataDir, shows, act);
  });
});
