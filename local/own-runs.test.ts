import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openOwnRuns, ownThings } from './own-runs.ts';

let dataDir: string;
const machine = 'arn:aws:states:eu-central-1:000000000000:stateMachine:Run';

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'assay-own-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const noted = (): string[] => readdirSync(join(dataDir, 'runs'));

function left(by: { pid: number; startedAt: string | null } | string): string {
  const runId = randomUUID();
  mkdirSync(join(dataDir, 'runs'), { recursive: true });
  writeFileSync(join(dataDir, 'runs', `${runId}.json`), typeof by === 'string' ? by : JSON.stringify(by));
  return runId;
}

const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('what a process leaves behind', () => {
  test('is what was noted by one that is gone, whose number has another, or that died while writing', async () => {
    const runs = ownThings(dataDir, 'runs');
    runs.note(randomUUID());
    const abandoned = [left({ pid: deadPid(), startedAt: '1' }), left({ pid: process.pid, startedAt: '1' }), left('{"pid"')];
    expect(new Set(await runs.abandoned())).toEqual(new Set(abandoned));
  });

  test('is concluded through the function that ends runs, and then forgotten', async () => {
    const runId = left({ pid: deadPid(), startedAt: null });
    const calls: unknown[] = [];
    const invoke = async (...[path, payload]: [string, unknown, unknown]) => void calls.push([path, payload]);
    await openOwnRuns(dataDir, machine).concludeAbandoned(invoke, new AbortController().signal);
    expect(calls).toEqual([['events/execution-ended', { detail: { name: runId, status: 'ABORTED' } }]]);
    expect(noted()).toEqual([]);
  });

  test('stays noted when it could not be concluded, and keeps no start from succeeding', async () => {
    const runId = left({ pid: deadPid(), startedAt: null });
    const refuse = () => Promise.reject(new Error('no database'));
    await openOwnRuns(dataDir, machine).concludeAbandoned(refuse, new AbortController().signal);
    expect(noted()).toEqual([`${runId}.json`]);
  });
});
