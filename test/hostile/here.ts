import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { testRedis } from '../support/services.ts';

/** A Redis and a folder for keys, gone after the file's last test. */
export async function openHere(): Promise<readonly [redisUrl: string, folder: string]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-hostile-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return [(await testRedis()).url, folder];
}
