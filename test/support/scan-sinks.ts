/** Everything that a stack keeps, as sinks to be scanned (scan.ts). */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Redis } from 'ioredis';
import type { Sink } from './scan.ts';
import type { TestStack } from './stack.ts';

/** Every row of every table. A row's name is its table and the id that says whose it is; bytes come as hex. */
export async function rowSinks(sql: TestStack['sql']): Promise<Sink[]> {
  const tables = await sql<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm') ORDER BY 1`,
  );
  const rows = await Promise.all(
    tables.map(async ({ name }) => {
      const found = await sql<{ row: Record<string, unknown> }>(`SELECT to_jsonb(t) AS row FROM "${name}" t`);
      return found.map(({ row }) => ({ name: `${name} ${whose(row)}`.trim(), content: JSON.stringify(row) }));
    }),
  );
  return rows.flat();
}

const whose = ({ runId, projectId, userId, id }: Record<string, unknown>): string =>
  String(runId ?? projectId ?? userId ?? id ?? '');

/** Every key with all that it holds. Throws for a type that the program does not use. */
export async function redisSinks(redis: Redis): Promise<Sink[]> {
  const keys = await redis.keys('*');
  return Promise.all(keys.map(async (key) => ({ name: key, content: JSON.stringify([key, await held(redis, key)]) })));
}

async function held(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'zset':
      return redis.zrangebyscore(key, '-inf', '+inf');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`${key} is a ${type}: say here how it is read`);
  }
}

/** Every file below the folder. */
export async function fileSinks(folder: string): Promise<Sink[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => ({ name: relative(folder, file), content: await readFile(file) })));
}
