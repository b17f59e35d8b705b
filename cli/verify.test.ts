import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBundle } from '../lib/evidence/bundle.ts';
import { ed25519, sealSample, tamperedJson } from '../lib/evidence/testing.ts';
import { sampleRun } from '../lib/report/testing.ts';

const signer = ed25519();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-'));
  const zip = await writeBundle(await sealSample(sampleRun(), signer.sign));
  const changed = await tamperedJson(zip, 'ledger.json', (rows) => rows.splice(2, 1));
  const files = {
    'bundle.zip': zip,
    'changed.zip': changed,
    'signer.pem': signer.publicKeyPem,
    'other.pem': ed25519().publicKeyPem,
    'notes.txt': 'hello',
  };
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the program as npm does: paths are relative to the folder npm was called from. */
function verify(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, INIT_CWD: folder };
    const child = execFile(process.execPath, ['cli/verify.ts', ...args], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, out: stdout, err: stderr }),
    );
  });
}

describe('verify', () => {
  test('a bundle as it was written: 0, with the signer unproven without a key', async () => {
    const { code, out } = await verify('bundle.zip');
    expect(out).toContain('integrity only, signer unproven');
    expect(out.trimEnd().endsWith('VERIFIED')).toBe(true);
    expect(code).toBe(0);
  });

  test('its signer by the key: 0; another key: 4', async () => {
    expect(await verify('bundle.zip', '--key', 'signer.pem')).toMatchObject({
      code: 0,
      out: expect.stringContaining('the given key signed'),
    });
    expect(await verify('bundle.zip', '--key', 'other.pem')).toMatchObject({
      code: 4,
      out: expect.stringContaining('signature'),
    });
  });

  test('a tampered bundle: 4, and what was done to it is named', async () => {
    const { code, out } = await verify('changed.zip');
    expect(out).toMatch(/wrong deleted: leaf 3: What was sealed here, before ledger\.json row 2/);
    expect(out).toContain('NOT VERIFIED');
    expect(code).toBe(4);
    expect(await verify('notes.txt')).toMatchObject({ code: 4, out: expect.stringContaining('zip') });
  });

  test('the same as JSON', async () => {
    const { code, out } = await verify('changed.zip', '--json');
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      signer: 'unproven',
      problems: expect.arrayContaining([expect.objectContaining({ kind: 'deleted' })]),
    });
    expect(code).toBe(4);
  });

  test.each([
    [[], /name the bundle/],
    [['nowhere.zip'], /cannot be read/],
    [['bundle.zip', 'more.zip'], /one bundle at a time/],
    [['bundle.zip', '--frobnicate'], /Unknown option/],
    [['bundle.zip', '--key', 'nowhere.pem'], /key .* cannot be read/],
    [['bundle.zip', '--key', 'notes.txt'], /public key in PEM/],
  ])('%j is bad usage: 2 and one line', async (args, expected) => {
    const { code, out, err } = await verify(...args);
    expect(err).toMatch(expected);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect([code, out]).toEqual([2, '']);
  });
});
