import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { unprivileged } from '../support/unprivileged.ts';

const base = mkdtempSync(join(tmpdir(), 'assay-locked-'));
mkdirSync(join(base, 'locked'));
writeFileSync(join(base, 'locked', 'file.txt'), 'x\n');
chmodSync(join(base, 'locked'), 0);
afterAll(() => {
  chmodSync(join(base, 'locked'), 0o755);
  rmSync(base, { recursive: true, force: true });
});

test('a folder without permission is refused in one line, with exit 2, and nothing is written', async () => {
  const program = resolve(import.meta.dirname, '..', '..', 'cli', 'assess.ts');
  const env = { PATH: process.env['PATH'] ?? '', INIT_CWD: base, ASSAY_DATA_DIR: join(base, 'data') };
  const ended = await new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
    const [command = '', ...args] = unprivileged([process.execPath, program, 'locked', '--out', 'report']);
    execFile(command, args, { cwd: base, env }, (error, stdout, stderr) => done({ code: error?.code ?? 0, stdout, stderr }));
  });
  expect(ended).toEqual({
    code: 2,
    stdout: '',
    stderr: `${join(base, 'locked')} may not be read by this user: change its permissions, or run as its owner\n`,
  });
  expect([existsSync(join(base, 'report')), existsSync(join(base, 'data'))]).toEqual([false, false]);
});
