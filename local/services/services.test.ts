import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openFaultProxy } from '../../test/support/fault-proxy.ts';
import { ServiceUnavailable } from './errors.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { canReach, postgresHome } from './postgres-home.ts';
import { withClient } from './postgres-roles.ts';
import { startRedis } from './redis.ts';
import { isAlive, livingUsers, withLock } from './users.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'assay-services-'));
  await chmod(made, 0o755);
  folders.push(made);
  return made;
}

const start = (dataDir: string, throwaway = true): Promise<Postgres> => startPostgres({ dataDir, databaseUrl: '', throwaway });
const ask = async (url: string, sql: string) => (await withClient(url, (client) => client.query(sql))).rows;
const serverState = async (dir: string) =>
  z.object({ port: z.int(), keeper: z.int() }).parse(JSON.parse(await readFile(join(dir, 'server.json'), 'utf8')));
const postmaster = async (dir: string) =>
  Number.parseInt(await readFile(join((await postgresHome(dir)).data, 'postmaster.pid'), 'utf8'), 10);

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200 && isAlive(pid); tries += 1) await sleep(50);
  return !isAlive(pid);
}

describe('PostgreSQL', () => {
  test('two starts in one folder share a server, which ends with the last of them', async () => {
    const dir = await folder();
    const [one, two] = await Promise.all([start(dir), start(dir)]);
    expect(one.ownerUrl).toBe(two.ownerUrl);
    const pid = await postmaster(dir);
    await one.stop();
    expect(await ask(two.appUrl, 'SELECT current_user::text AS "user"')).toEqual([{ user: 'assay_app' }]);
    await two.stop();
    expect(await gone(pid)).toBe(true);
  });

  test('what was committed survives a server and a keeper that were killed', async () => {
    const dir = await folder();
    const first = await start(dir, false);
    await ask(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS n');
    const [pid, { keeper }] = [await postmaster(dir), await serverState(dir)];
    process.kill(keeper, 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    expect([await gone(keeper), await gone(pid)]).toEqual([true, true]);
    // The number in the file left behind now belongs to another process.
    await writeFile(join((await postgresHome(dir)).data, 'postmaster.pid'), `${process.pid}\n`);
    const again = await start(dir, false);
    expect(await ask(again.ownerUrl, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    await Promise.all([first.stop(), again.stop()]);
  });

  test('a process that is killed leaves no server behind', async () => {
    const dir = await folder();
    const program = `const { startPostgres } = await import(${JSON.stringify(join(import.meta.dirname, 'postgres.ts'))});
      await startPostgres({ dataDir: ${JSON.stringify(dir)}, databaseUrl: '', throwaway: true }); console.log('started'); setInterval(() => {}, 1000);`;
    const user = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => user.stdout.once('data', resolve));
    const [pid, { keeper }] = [await postmaster(dir), await serverState(dir)];
    user.kill('SIGKILL');
    expect([await gone(pid), await gone(keeper)]).toEqual([true, true]);
  });

  test('starts below a folder that only its owner may enter', async () => {
    const dir = await folder();
    await chmod(dir, 0o700);
    const inside = join(dir, 'checkout', '.assay', 'postgres');
    const server = await start(inside);
    expect(await ask(server.appUrl, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await server.stop();
    const { data } = await postgresHome(inside);
    if (!data.startsWith(dir)) folders.push(join(data, '..'));
  });

  test('elsewhere is used as it is, or said to be unusable in one line', async () => {
    const server = await start(await folder());
    const external = await startPostgres({ dataDir: '/nowhere', databaseUrl: server.ownerUrl });
    expect([external.ownerUrl, external.adminUrl]).toEqual([server.ownerUrl, null]);
    expect(await ask(external.appUrl, 'SELECT current_user::text AS "user"')).toEqual([{ user: 'assay_app' }]);
    await server.stop();
    const refused = await startPostgres({ dataDir: '/nowhere', databaseUrl: server.ownerUrl }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ServiceUnavailable);
    expect(String(refused)).toMatch(/^[^\n]*DATABASE_URL[^\n]*$/);
  });

  test('who may pass a folder is read off its bits', async () => {
    const dir = await folder();
    const [owner, stranger] = [
      { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
      { uid: 54321, gid: 54321 },
    ];
    expect([await canReach(dir, owner), await canReach(dir, stranger)]).toEqual([true, true]);
    await chmod(dir, 0o700);
    expect([await canReach(dir, owner), await canReach(dir, stranger)]).toEqual([true, false]);
  });
});

describe('Redis', () => {
  test('starts, is shared, and ends; a cluster refuses keys in two slots', async () => {
    const [dir, clusterDir] = [await folder(), await folder()];
    const [one, two] = await Promise.all([startRedis({ dir, redisUrl: '' }), startRedis({ dir, redisUrl: '' })]);
    expect(one.url).toBe(two.url);
    const cluster = await startRedis({ dir: clusterDir, redisUrl: '', cluster: true });
    const client = new Redis(cluster.url);
    await expect(client.mset('{a}1', '1', '{b}1', '1')).rejects.toThrow('CROSSSLOT');
    expect(await client.mset('{a}1', '1', '{a}2', '1')).toBe('OK');
    client.disconnect();
    const { keeper } = await serverState(dir);
    await Promise.all([one.stop(), two.stop(), cluster.stop()]);
    expect(await gone(keeper)).toBe(true);
  });
});

describe('a folder’s lock', () => {
  test('lets one in at a time, also past a holder that died', async () => {
    const dir = await folder();
    await writeFile(join(dir, 'lock'), '999999999 gone');
    let [inside, most] = [0, 0];
    const enter = () =>
      withLock(dir, undefined, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await sleep(5);
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 8 }, enter));
    expect([inside, most]).toEqual([0, 1]);
    expect(await livingUsers(dir)).toBe(0);
  });
});

describe('the fault proxy', () => {
  test('delays and slices without reordering', async () => {
    const server = await startRedis({ dir: await folder(), redisUrl: '' });
    const proxy = await openFaultProxy(server.url);
    const client = new Redis(proxy.through(server.url));
    const value = Array.from({ length: 2000 }, (_, at) => String(at)).join();
    proxy.set({ latencyMs: 20, sliceBytes: 7 });
    const started = performance.now();
    await client.set('k', value);
    expect(await client.get('k')).toBe(value);
    expect(performance.now() - started).toBeGreaterThan(60);
    client.disconnect();
    await proxy.close();
    await server.stop();
  });
});
