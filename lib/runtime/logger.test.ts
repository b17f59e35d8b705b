import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ApiError } from './errors.ts';
import { type LogFields, openLogger } from './logger.ts';

async function written(log: (logger: ReturnType<typeof openLogger>) => void, lines = 1): Promise<Record<string, unknown>[]> {
  const file = join(await mkdtemp(join(tmpdir(), 'assay-log-')), 'deep', 'assay.log');
  log(openLogger({ service: 'assay', level: 'info', file }));
  return await vi.waitFor(async () => {
    const text = (await readFile(file, 'utf8')).trimEnd().split('\n').filter(Boolean);
    expect(text).toHaveLength(lines);
    return text.map((line): Record<string, unknown> => JSON.parse(line));
  });
}

describe('logger', () => {
  test('writes JSON lines with the fields of its parents', async () => {
    const lines = await written((logger) => {
      logger.child({ requestId: 'r1' }).child({ runId: 'run' }).info('first', { count: 2 });
      logger.debug('below the level');
      logger.warn('second');
    }, 2);
    expect(lines[0]).toMatchObject({
      level: 'INFO',
      service: 'assay',
      message: 'first',
      requestId: 'r1',
      runId: 'run',
      count: 2,
    });
    expect(lines[1]).toMatchObject({ level: 'WARN', message: 'second' });
    expect(lines[1]).not.toHaveProperty('requestId');
  });

  test('says whose lines belong together, not who it is', async () => {
    const userId = '5a0c7b9e-3f61-4f0e-9d6c-0b8f2e4a7d11';
    const lines = await written((logger) => {
      logger.info('a', { userId });
      logger.child({ userId }).info('b');
      logger.info('c', { userId: 'another' });
    }, 3);
    expect(JSON.stringify(lines)).not.toContain(userId);
    expect(lines[0]?.['user']).toMatch(/^[0-9a-f]{16}$/);
    expect(lines.map(({ user }) => user === lines[0]?.['user'])).toEqual([true, true, false]);
  });

  test('drops a field that is not on the list, and an object in one that is', async () => {
    const smuggled: LogFields = { runId: 'run' };
    Object.assign(smuggled, { body: 'canary', tool: { args: 'canary' } });
    const [line] = await written((logger) => logger.info('x', smuggled));
    expect(line).toMatchObject({ runId: 'run' });
    expect(JSON.stringify(line)).not.toContain('canary');
  });

  test('a foreign error keeps its name, code and place, not its message, which may quote what it was given', async () => {
    const foreign = new TypeError('invalid header value "Bearer canary"', {
      cause: Object.assign(new Error('canary'), { code: 'ECONNRESET' }),
    });
    const [line] = await written((logger) => logger.error('x', { error: foreign }));
    expect(line?.['failure']).toMatchObject({
      name: 'TypeError',
      at: expect.arrayContaining([expect.stringContaining('logger.test.ts')]),
      cause: { code: 'ECONNRESET' },
    });
    expect(JSON.stringify(line)).not.toContain('canary');
  });

  test('an error of our own keeps its message', async () => {
    const [line] = await written((logger) => logger.error('x', { error: new ApiError('CONFLICT', 'This name is taken.') }));
    expect(line?.['failure']).toMatchObject({ name: 'ApiError', message: 'This name is taken.' });
  });
});
