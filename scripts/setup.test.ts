import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const setup = (args: readonly string[], env: Record<string, string>) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'setup.mjs'), ...args], { encoding: 'utf8', env });
const ready = { PATH: process.env['PATH'] ?? '', REDIS_URL: 'redis://127.0.0.1:1' };

describe('set-up', () => {
  test('does nothing where nothing is missing, and says so', () => {
    const { status, stdout, stderr } = setup([], ready);
    expect([status, stdout, stderr]).toEqual([0, expect.stringMatching(/set-up: ready\n$/), '']);
  });

  test('ends with 2 and one line where Redis is missing and can not be installed', () => {
    const { status, stdout, stderr } = setup(['--quiet'], { PATH: '' });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^there is no Redis: install [^\n]*REDIS_URL\n$/);
  });

  test('runs a program on Node 24, with its arguments, and ends as it does', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'assay-setup-'));
    const file = join(dir, 'program.mts');
    writeFileSync(
      file,
      "const words: string[] = [process.version.slice(0, 4), ...process.argv.slice(2)]; process.stdout.write(words.join(' ')); process.exitCode = 3;",
    );
    const { status, stdout } = setup(['--quiet', '--run', file, '--once', 'x'], ready);
    expect([status, stdout]).toEqual([3, 'v24. --once x']);
    await rm(dir, { recursive: true });
  });
});
