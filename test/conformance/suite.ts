/** The protocol's own conformance suite, driving a client of ours; its servers listen on loopback alone. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import * as z from 'zod';
import { testRedis } from '../support/services.ts';

export interface Outcome {
  /** Whether the suite ended with 0. */
  readonly passed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Suite {
  /** What the suite says it has for clients. */
  list(): Promise<Outcome>;
  /** Has REDIS_URL in its environment. `limitMs` instead of the suite's own limit for the client. */
  run(scenario: string, options?: { readonly limitMs?: number }): Promise<Outcome>;
}

const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json');
const program = join(dirname(manifest), 'dist/index.js');
const loopbackOnly = new URL('../support/mcp/loopback-only.ts', import.meta.url).href;
const ended = z.object({ code: z.int(), stdout: z.string(), stderr: z.string() });

/** `client` is a file beside this one. What the suite writes is removed after the file's last test. */
export function openSuite(client: string): Suite {
  const folder = mkdtempSync(join(tmpdir(), 'assay-conformance-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const command = `"${process.execPath}" "${join(import.meta.dirname, client)}"`;

  async function start(...args: readonly string[]): Promise<Outcome> {
    const { url } = await testRedis();
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, REDIS_URL: url, NODE_NO_WARNINGS: '1' };
    try {
      const all = ['--import', loopbackOnly, program, ...args];
      return { passed: true, ...(await promisify(execFile)(process.execPath, all, { cwd: folder, env })) };
    } catch (error) {
      const { data } = ended.safeParse(error);
      // It did not come to an end by itself.
      if (data === undefined) throw error;
      return { passed: false, stdout: data.stdout, stderr: data.stderr };
    }
  }
  return {
    list: () => start('list', '--client'),
    run: (scenario, { limitMs } = {}) => {
      const limit = limitMs === undefined ? [] : ['--timeout', String(limitMs)];
      return start('client', '--command', command, '--scenario', scenario, '-o', folder, ...limit);
    },
  };
}
