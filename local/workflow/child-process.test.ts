import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ChildInvoker, type ChildProcessOptions, openChildProcesses } from './child-process.ts';
import type { KillPoint } from './child-protocol.ts';

/** Functions as small as can be, bundled and run like the real ones. */
const sources = {
  echo: `export const handler = async (event, context) => ({ event, pid: process.pid, left: context.getRemainingTimeInMillis() });`,
  environment: `export const handler = async () => process.env;`,
  fails: `class Stale extends Error { name = 'StaleAttempt' } export const handler = async () => { throw new Stale('superseded'); };`,
  hangs: `export const handler = () => new Promise(() => setInterval(() => {}, 1000));`,
  exits: `export const handler = async () => process.exit(3);`,
  broken: `throw new TypeError('at import'); export const handler = () => 1;`,
  writes: `import { connect } from 'node:net';
    const line = (socket, text) => new Promise((done) => { socket.write(text); socket.once('data', done); });
    export const handler = async ({ port }) => {
      const socket = connect(port, '127.0.0.1');
      await new Promise((done) => socket.once('connect', done));
      for (const text of ['one', 'two', 'three']) await line(socket, text);
      socket.destroy();
      return 'written';
    };`,
};

let root = '';
let invoker: ChildInvoker | undefined;
let server: Server;
const received: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-child-'));
  for (const [name, source] of Object.entries(sources)) {
    await mkdir(join(root, 'functions', 'tasks', name), { recursive: true });
    await writeFile(join(root, 'functions', 'tasks', name, 'handler.ts'), source);
  }
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      received.push(String(data));
      socket.write('ok');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  await invoker?.close();
  received.length = 0;
});
afterAll(async () => {
  server.close();
  await rm(root, { recursive: true });
});

async function open(more: Partial<ChildProcessOptions> = {}) {
  invoker = await openChildProcesses({
    root,
    functions: Object.keys(sources).map((name) => ({
      path: `tasks/${name}`,
      name: `test-${name}`,
      arn: '',
      timeoutMs: 1_000,
      memoryMb: 128,
      environment: ['DATABASE_URL', 'LOG_LEVEL'],
    })),
    environment: { values: { DATABASE_URL: 'postgres://here', REDIS_URL: 'redis://not-for-it' }, always: { LOCAL: 'yes' } },
    ...more,
  });
  return invoker.invoke;
}

describe('a bundle in a child process', () => {
  test('answers, and its process is used again', async () => {
    const invoke = await open();
    const first = Object(await invoke('tasks/echo', { a: 1 }, { timeoutMs: 10_000 }));
    const second = Object(await invoke('tasks/echo', {}, { timeoutMs: 10_000 }));
    expect(first).toMatchObject({ event: { a: 1 }, left: expect.any(Number) });
    expect([first.pid === process.pid, first.pid === second.pid]).toEqual([false, true]);
  });

  test('has a process of its own per call at the same time', async () => {
    const invoke = await open();
    const both = await Promise.all([1, 2].map(() => invoke('tasks/echo', {}, { timeoutMs: 10_000 })));
    expect(new Set(both.map((answer) => Object(answer).pid)).size).toBe(2);
  });

  test('sees the variables that the template names, those of this machine, and no others', async () => {
    process.env['ASSAY_CANARY'] = 'secret';
    const environment = Object(await (await open())('tasks/environment', {}, { timeoutMs: 10_000 }));
    delete process.env['ASSAY_CANARY'];
    expect(
      Object.keys(environment)
        .filter((name) => !name.startsWith('NODE_'))
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_NAME', 'AWS_REGION', 'DATABASE_URL', 'LOCAL', 'TZ']);
  });

  test.each([
    ['fails', 'StaleAttempt'],
    ['exits', 'Runtime.ExitError'],
    ['broken', 'TypeError'],
    ['absent', 'ResourceNotFoundException'],
  ])('that %s is reported as %s', async (name, errorType) => {
    await expect((await open())(`tasks/${name}`, {}, { timeoutMs: 10_000 })).rejects.toMatchObject({ name: errorType });
  });

  test('that overstays is killed and reported as Sandbox.Timedout', async () => {
    await expect((await open())('tasks/hangs', {}, { timeoutMs: 300 })).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
  });

  test('is killed when the runtime stops', async () => {
    const closing = new AbortController();
    const call = (await open())('tasks/hangs', {}, { timeoutMs: 10_000, signal: closing.signal });
    closing.abort();
    await expect(call).rejects.toMatchObject({ name: 'Runtime.ExitError' });
  });
});

describe('a kill point', () => {
  const writes = async (kill: KillPoint | undefined) => {
    const asked: number[] = [];
    const invoke = await open({
      killAt: ({ sequence }) => {
        asked.push(sequence);
        return sequence === 0 ? kill : undefined;
      },
    });
    const { port } = Object(server.address());
    const outcome = await invoke('tasks/writes', { port }, { timeoutMs: 10_000 }).catch((error: Error) => error.name);
    return { outcome, invoke, port, asked };
  };

  test.each([1, 2, 3])('before write %i lets exactly the earlier writes through', async (count) => {
    const { outcome } = await writes({ at: 'write', count });
    expect(outcome).toBe('Runtime.ExitError');
    expect(received).toEqual(['one', 'two', 'three'].slice(0, count - 1));
  });

  test('at the answer leaves the work done and untold; the next call has a new process', async () => {
    const { outcome, invoke, port } = await writes({ at: 'answer' });
    expect([outcome, received]).toEqual(['Runtime.ExitError', ['one', 'two', 'three']]);
    expect(await invoke('tasks/writes', { port }, { timeoutMs: 10_000 })).toBe('written');
  });

  test('after a delay ends a handler that waits', async () => {
    const invoke = await open({ killAt: () => ({ at: 'delay', ms: 20 }) });
    await expect(invoke('tasks/hangs', {}, { timeoutMs: 10_000 })).rejects.toMatchObject({ name: 'Runtime.ExitError' });
  });
});
