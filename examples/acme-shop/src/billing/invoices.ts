import type { Database } from '../database.ts';

export interface Invoice {
  readonly id: string;
  readonly cents: number;
}

/** Unpaid invoices of the given customers, the oldest first. */
export async function unpaid(database: Database, customerIds: readonly string[]): Promise<readonly Invoice[]> {
  const marks = customerIds.map((_, index) => `$${index + 1}`).join(', ');
  const { rows } = await database.query<Invoice>(
    `SELECT id, cents FROM invoices WHERE paid_at IS NULL AND customer_id IN (${marks}) ORDER BY issued_at`,
    [...customerIds],
  );
  return rows;
}
