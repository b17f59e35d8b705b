import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSources } from '../../local/folder.ts';
import { makeFolder, smallRepository } from '../../test/support/stack.ts';
import { drill } from './drill.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'assay-drill-'));
await chmod(dataDir, 0o711);
const folder = makeFolder(smallRepository);
const signal = AbortSignal.timeout(100_000);
const { sources } = await openSources(folder, signal);
afterAll(async () => {
  for (const { bridge } of sources) await bridge.stop();
  for (const path of [dataDir, dirname(folder)]) await rm(path, { recursive: true, force: true });
});

test('a database that was dropped comes back to the moment before: reports verify, rows are protected, runs start', {
  timeout: 120_000,
}, async () => {
  const outcome = await drill({ dataDir, folder, sources, signal }, () => undefined);
  expect(outcome.reports).toBe(2);
  // What was written after that moment is lost, and nothing else.
  expect(outcome.lostRows).toEqual({ AuditEvent: 1, Project: 1, ProjectMember: 1 });
  expect(outcome.keptRows).toBeGreaterThan(100);
});
