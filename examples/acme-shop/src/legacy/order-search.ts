import type { Database } from '../database.ts';

/** Search of the back office, by name or number. */
export async function searchOrders(database: Database, text: string): Promise<readonly { id: string }[]> {
  const sql = `SELECT id FROM orders WHERE customer_name ILIKE '%${text}%' OR id::text = '${text}' ORDER BY placed_at DESC LIMIT 50`;
  const { rows } = await database.query<{ id: string }>(sql);
  return rows;
}
