import { randomUUID } from 'node:crypto';
import type { CartLine } from './cart.ts';
import type { Database } from './database.ts';

export async function placeOrder(database: Database, customerId: string, lines: readonly CartLine[]): Promise<string> {
  const id = randomUUID();
  const client = await database.connect();
  try {
    await client.query('BEGIN');
    await client.query('INSERT INTO orders (id, customer_id, placed_at) VALUES ($1, $2, now())', [id, customerId]);
    for (const { sku, quantity, cents } of lines) {
      await client.query('INSERT INTO order_lines (order_id, sku, quantity, cents) VALUES ($1, $2, $3, $4)', [id, sku, quantity, cents]);
    }
    await client.query('COMMIT');
    return id;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
