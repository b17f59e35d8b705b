/** Events as AWS documents them: what the local runtime makes has the same form, and the handlers take the documented ones. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { executionEnded } from '../../lib/contract/run-state.ts';
import { event as onEvent } from '../../lib/runtime/event.ts';
import { route } from '../../lib/runtime/http/route.ts';
import { ada, stack } from '../../lib/runtime/http/testing.ts';
import { lambdaContext, memoryLogger } from '../../lib/runtime/testing.ts';
import { type SocketRequest, websocket } from '../../lib/runtime/websocket.ts';
import { httpEvent } from '../../local/gateway/http-event.ts';
import { connectEvent, disconnectEvent, messageEvent } from '../../local/gateway/socket-event.ts';
import { loadMachines } from '../../local/workflow/definitions.ts';
import { fits, openEventBus } from '../../local/workflow/event-bus.ts';
import { statusChange } from '../../local/workflow/status-event.ts';
import httpRequest from '../fixtures/aws-events/http-request.json' with { type: 'json' };
import { handMade } from '../workflow/machines.ts';

const folder = resolve(import.meta.dirname, '../fixtures/aws-events');
const fixture = z.object({
  _source: z.object({ url: z.url({ hostname: /^docs\.aws\.amazon\.com$/ }), read: z.iso.date(), note: z.string() }),
  event: z.record(z.string(), z.json()),
});
const read = (name: string) => fixture.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))).event;

const moment = { requestId: 'r1', now: new Date('2026-11-23T12:24:05Z') };
const identity = { connectionId: 'c1', connectedAt: 1, sourceIp: '192.0.2.10', userAgent: 'curl', domainName: '127.0.0.1' };

function localRequest(): object {
  const rawHeaders = ['Host', 'localhost', 'Content-Type', 'application/json', 'Cookie', 'a=1', 'User-Agent', 'curl'];
  const request = {
    method: 'PATCH',
    target: '/projects/p1?dry=true',
    rawHeaders,
    body: Buffer.from('{}'),
    sourceIp: '127.0.0.1',
  };
  return httpEvent(request, { routeKey: 'PATCH /projects/{projectId}', pathParameters: { projectId: 'p1' } }, moment);
}

function localStatus(): object {
  const [arn, machineArn] = [
    'arn:aws:states:us-east-1:000000000000:execution:run:r1',
    'arn:aws:states:us-east-1:000000000000:stateMachine:run',
  ];
  const times = { startDate: moment.now, stopDate: moment.now };
  return statusChange(
    { arn, machineArn, name: 'r1', input: '{}', status: 'ABORTED', error: 'Cancelled', cause: 'x', ...times },
    moment.now,
  );
}

async function localSchedule(): Promise<object> {
  const sent: object[] = [];
  const sweep = { functionPath: 'tasks/sweep', retryAttempts: 0, trigger: { kind: 'schedule', everySeconds: 120 } } as const;
  const machines = { ...handMade({}, ['sweep']), rules: [sweep] };
  const bus = openEventBus({ machines, invoke: async (_, payload) => void sent.push(Object(payload)) });
  await bus.runSchedules();
  await bus.close();
  return sent[0] ?? {};
}

/** Made here, and what AWS sends besides: nothing in this product reads it. */
const made: Readonly<Record<string, { readonly local: () => object | Promise<object>; readonly besides: RegExp }>> = {
  // No client certificates, no authorizer (handlers verify tokens themselves), no stage variables.
  'http-request.json': { local: localRequest, besides: /^(requestContext\.(authentication|authorizer)|stageVariables)\b/ },
  'websocket-connect.json': {
    local: () => connectEvent(identity, '/?ticket=t', ['Host', 'localhost', 'Origin', 'https://console.example.com'], moment),
    besides: /^$/,
  },
  'websocket-message.json': { local: () => messageEvent(identity, '{}', moment), besides: /^$/ },
  'websocket-disconnect.json': { local: () => disconnectEvent(identity, 1001, 'Going away', moment), besides: /^$/ },
  // Executions here have no versions and aliases, are not redriven, and their input is always included.
  'execution-status-change.json': {
    local: localStatus,
    besides: /^detail\.(stateMachine(Version|Alias)Arn|(in|out)putDetails|redrive\w+)\b/,
  },
  'scheduled-event.json': { local: localSchedule, besides: /^$/ },
};

/** Keys of these are data. */
const maps = /^(headers|multiValueHeaders|queryStringParameters|multiValueQueryStringParameters|pathParameters)$/;

/** `a.b: string`, a line for each leaf. */
function form(value: unknown, path = ''): string[] {
  const [within = ''] = path.split('.').slice(-1);
  if (Array.isArray(value))
    return value.length === 0 ? [`${path}[]`] : value.slice(0, 1).flatMap((item) => form(item, `${path}[]`));
  if (value === null || typeof value !== 'object') return [`${path}: ${value === null ? 'null' : typeof value}`];
  const entries = Object.entries(value);
  if (maps.test(within)) return [...new Set(entries.flatMap(([, item]) => form(item, `${path}.*`)))];
  return entries.flatMap(([key, item]) => form(item, path === '' ? key : `${path}.${key}`));
}
const sorted = (lines: readonly string[]): string[] => lines.toSorted((a, b) => a.localeCompare(b));

test('every recorded event says where it is from, and is compared', () => {
  expect(sorted(readdirSync(folder))).toEqual(sorted(Object.keys(made)));
  for (const name of readdirSync(folder)) expect(Object.keys(read(name)).length).toBeGreaterThan(2);
});

test.each(Object.entries(made))('%s: what is made here has its keys and types', async (name, { local, besides }) => {
  const documented = form(read(name)).filter((line) => !besides.test(line));
  expect(sorted(form(JSON.parse(JSON.stringify(await local()))))).toEqual(sorted(documented));
});

describe('the handlers take', () => {
  test('a request of API Gateway', async () => {
    const seen: unknown[] = [];
    const rename = route({
      method: 'PATCH',
      path: '/projects/{projectId}',
      auth: 'bearer',
      summary: 'Renames a project.',
      params: z.object({ projectId: z.uuid() }),
      query: z.object({ dry: z.stringbool() }),
      body: z.object({ name: z.string() }),
      response: z.object({ name: z.string() }),
      handle: async ({ principal, params, query, body, requestId }) => {
        seen.push(principal, params, query, body, requestId);
        return { body };
      },
    });
    expect(await stack([rename]).call(httpRequest.event)).toMatchObject({ status: 200, body: { name: 'audit' } });
    const projectId = '22222222-2222-4222-8222-222222222222';
    expect(seen).toEqual([ada, { projectId }, { dry: true }, { name: 'audit' }, 'JKJaXmPLvHcESHA=']);
  });

  test.each([
    ['websocket-connect.json', { origin: 'https://console.example.com', query: { ticket: 'A'.repeat(43) }, body: '' }],
    ['websocket-message.json', { origin: null, query: {}, body: '{"action":"ping"}' }],
    ['websocket-disconnect.json', { origin: null, query: {}, body: '' }],
  ])('%s', async (name, expected) => {
    const seen: SocketRequest[] = [];
    const handler = websocket('ws/test', async (request) => void seen.push(request), { logger: () => memoryLogger() });
    expect(await handler(read(name), lambdaContext())).toEqual({ statusCode: 200 });
    expect(seen).toEqual([expect.objectContaining({ connectionId: 'R1kmxc2VNjMCFIA=', ...expected })]);
  });

  test('the end of an execution, which the rule lets through', async () => {
    const seen: unknown[] = [];
    const given = read('execution-status-change.json');
    const handler = onEvent('ended', executionEnded, async ({ detail }) => void seen.push(detail), {
      logger: () => memoryLogger(),
    });
    await handler(given, lambdaContext());
    expect(seen).toEqual([{ name: '33333333-3333-4333-8333-333333333333', status: 'ABORTED' }]);
    const { rules, runMachineArn } = await loadMachines();
    const ofHere = {
      ...given,
      detail: { ...z.record(z.string(), z.json()).parse(given['detail']), stateMachineArn: runMachineArn },
    };
    const hit = rules.filter(({ trigger }) => trigger.kind === 'pattern' && fits(trigger.pattern, ofHere));
    expect(hit.map(({ functionPath }) => functionPath)).toEqual(['events/execution-ended']);
  });

  test('a scheduled event', async () => {
    const handler = onEvent('sweep', z.unknown(), async () => undefined, { logger: () => memoryLogger() });
    expect(await handler(read('scheduled-event.json'), lambdaContext())).toBeNull();
  });
});
