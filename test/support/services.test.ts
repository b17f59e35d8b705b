import { describe, expect, test } from 'vitest';
import { withClient } from '../../local/services/postgres-roles.ts';
import { testDatabase, testRedis } from './services.ts';

describe('what tests stand on', () => {
  test('each database is migrated, empty and its own', async () => {
    const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
    await withClient(one.adminUrl, (client) => client.query(`INSERT INTO "User" (id) VALUES (gen_random_uuid())`));
    const seen = await withClient(two.adminUrl, (client) => client.query('SELECT count(*)::int AS n FROM "User"'));
    expect(seen.rows).toEqual([{ n: 0 }]);
    await Promise.all([one.drop(), two.drop()]);
  });

  test('each Redis database is empty and its own', async () => {
    const { Redis } = await import('ioredis');
    const [one, two] = [await testRedis(), await testRedis()];
    const [first, second] = [new Redis(one.url), new Redis(two.url)];
    await first.set('a', '1');
    expect(await second.get('a')).toBeNull();
    first.disconnect();
    second.disconnect();
  });
});
