/**
 * Root may read everything. Here its children may not: they keep their user, so that they can read a checkout in root's own home, but
 * not the capabilities that pass over file permissions. For everybody else nothing changes.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `setpriv` belongs to every Debian (util-linux). */
const bounded = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'];

export const unprivileged = (command: readonly [string, ...string[]]): readonly string[] =>
  process.getuid?.() === 0 ? [...bounded, ...command] : command;

/** What `work` starts with `process.execPath` is started so. */
export async function withUnprivilegedNode<T>(work: () => Promise<T>): Promise<T> {
  const node = process.execPath;
  const folder = mkdtempSync(join(tmpdir(), 'assay-node-'));
  const wrapper = join(folder, 'node');
  writeFileSync(
    wrapper,
    `#!/bin/sh\nexec ${unprivileged([node])
      .map((word) => `'${word}'`)
      .join(' ')} "$@"\n`,
  );
  chmodSync(wrapper, 0o755);
  process.execPath = wrapper;
  try {
    return await work();
  } finally {
    process.execPath = node;
    rmSync(folder, { recursive: true });
  }
}
