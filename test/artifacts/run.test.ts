/** What is deployed does what the sources do: a whole run through bundles and synthesised state machines, then every function around it. */
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { apiFunctions, eventFunctions, webSocketFunctions } from '../../infra/functions.ts';
import { httpRoutes } from '../../infra/routes.ts';
import { testStack } from '../support/stack.ts';
import { openDeployed } from './deployed.ts';

const deployed = await openDeployed();
const { stack, start, finish, sql, executionOf } = await testStack({ openInvoke: deployed.openInvoke });

test('a run of the bundles ends in a report that verifies, every step of it by its own function', {
  timeout: 150_000,
}, async () => {
  const { report, events } = await finish(await start());
  expect(report.run.outcome).toBe('complete');
  expect(report.gaps).toEqual([]);
  expect(report.findings.length).toBeGreaterThan(0);
  expect(events.at(-1)?.event.type).toBe('RUN_FINISHED');
  expect(await sql(`SELECT name, status, error FROM "Step" WHERE status <> 'done' OR origin <> 'task'`)).toEqual([]);
});

describe('a request without a token', () => {
  const routeOf = (path: string) => {
    const { method = 'GET', path: route = '/' } = httpRoutes.find((one) => one.function === path) ?? {};
    return { method, path: route.replaceAll(/\{\w+\}/g, () => randomUUID()) };
  };

  test.each(Object.keys(apiFunctions))('is answered by the bundle of %s', async (name) => {
    const { method, path } = routeOf(name);
    const response = await fetch(`${stack.api.url}${path}`, { method });
    expect([response.status, deployed.called.has(name)]).toEqual([name === 'api/health' ? 200 : 401, true]);
    if (name !== 'api/health') expect(await response.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  });
});

describe('a socket', () => {
  const status = (query: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const socket = new WebSocket(`${stack.api.webSocketUrl}${query}`);
      socket.on('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode);
      });
      socket.on('open', () => reject(new Error('it was let in')));
      socket.on('error', () => undefined);
    });

  test.each(['', `?ticket=${'a'.repeat(43)}`])('with the ticket %j is refused', async (query) => {
    expect(await status(query)).toBe(401);
  });

  test('of the run before was opened, spoken to and closed by the bundles', async () => {
    const unheard = () => Object.keys(webSocketFunctions).filter((name) => !deployed.called.has(name));
    await vi.waitFor(() => expect(unheard()).toEqual([]), { timeout: 10_000 });
  });
});

describe('an event', () => {
  test('that an execution ended before its report has the run concluded', { timeout: 60_000 }, async () => {
    const assessment = await start();
    await vi.waitFor(() => stack.workflow.engine.describe(executionOf(assessment)), { timeout: 10_000 });
    stack.workflow.engine.stop(executionOf(assessment), { error: 'Stopped' });
    const { report } = await finish(assessment, { polled: true });
    expect(report.run.outcome).not.toBe('complete');
    expect(deployed.called).toContain('events/execution-ended');
  });

  test('of the schedule sweeps, and leaves what has ended alone', { timeout: 60_000 }, async () => {
    const runs = () => sql('SELECT id, outcome, epoch FROM "Run" ORDER BY id');
    const before = await runs();
    await stack.workflow.bus.runSchedules();
    expect(await runs()).toEqual(before);
    expect(Object.keys(eventFunctions).filter((name) => !deployed.called.has(name))).toEqual([]);
  });
});

afterAll(() => {
  // A variable that the template forgot is said here, by name, even where the function made do without it.
  expect(deployed.output()).not.toMatch(/BadEnvironment|Cannot find (module|package)|Dynamic require/);
});
