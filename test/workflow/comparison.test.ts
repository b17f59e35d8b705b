/** Two runs of one project over one folder, end to end: what the second says of the first. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyBundle } from '../../lib/evidence/verify.ts';
import { testStack } from '../support/stack.ts';

const it = await testStack();

describe('a second run of the same folder', () => {
  test('knows which findings persist, and says when each was first seen', { timeout: 120_000 }, async () => {
    const first = await it.start();
    const before = (await it.finish(first)).report;
    expect(before.comparison).toBeNull();
    expect(before.findings).not.toEqual([]);

    const [run] = await it.sql<{ connectionIds: string[] }>('SELECT "connectionIds" FROM "Run" WHERE id = $1', [first.runId]);
    const connectionIds = run?.connectionIds ?? [];
    const second = it.follow(await it.client.startRun(first.projectId, { connectionIds }), first.projectId);
    const after = (await it.finish(second)).report;

    expect(after.findings.map(({ title }) => title)).toEqual(before.findings.map(({ title }) => title));
    expect(new Set(after.findings.map(({ firstSeenRunId }) => firstSeenRunId))).toEqual(new Set([first.runId]));
    expect(after.comparison).toMatchObject({ previousRunId: first.runId, new: [], resolved: [], regressed: [] });
    expect(new Set(after.comparison?.persisting)).toEqual(new Set(after.findings.map(({ id }) => id)));

    const publicKeyPem = await readFile(join(it.dataDir, 'signer.pem'), 'utf8');
    expect(await verifyBundle(await second.fetchFile('bundle'), { publicKeyPem })).toMatchObject({
      ok: true,
      signer: 'verified',
    });
  });
});
