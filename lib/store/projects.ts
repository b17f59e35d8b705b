/** People and their projects. */
import type { Principal } from '../contract/principal.ts';
import { db, type Tx } from './tx.ts';

/** The first request of a person makes their row. */
export async function ensureUser(tx: Tx, { userId, email }: Principal): Promise<void> {
  await db(tx)
    .$executeRaw`INSERT INTO "User" (id, email) VALUES (${userId}::uuid, ${email}) ON CONFLICT (id) DO UPDATE SET email = excluded.email
    WHERE "User".email IS DISTINCT FROM excluded.email`;
}
