/** A folder for this run's servers. They start when the first test asks for one (services.ts), and end with the run. */
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { enlist } from '../../local/services/users.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    servicesDir: string;
  }
}

const servers = ['postgres', 'redis', 'redis-cluster'] as const;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-test-'));
  // As root PostgreSQL runs as another user, who must be able to pass.
  await chmod(dir, 0o755);
  // This process outlives every worker: the servers stay between test files.
  const leave = await Promise.all(servers.map((server) => enlist(join(dir, server))));
  project.provide('servicesDir', dir);
  return async () => {
    await Promise.all(leave.map((unlist) => unlist()));
    for (let tries = 0; tries < 100 && !(await removed(dir)); tries += 1) await sleep(100);
  };
}

/** Only once no keeper writes there any more. */
async function removed(dir: string): Promise<boolean> {
  if ((await readdir(dir)).some((server) => existsSync(join(dir, server, 'server.json')))) return false;
  await rm(dir, { recursive: true, force: true });
  return true;
}
