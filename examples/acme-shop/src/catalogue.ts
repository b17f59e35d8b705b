import type { Database } from './database.ts';

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly cents: number;
  readonly category: string;
}

const columns = 'sku, name, cents, category';

export async function listProducts(database: Database, category: string | undefined): Promise<readonly Product[]> {
  const { rows } = await database.query<Product>(
    `SELECT ${columns} FROM products WHERE $1::text IS NULL OR category = $1 ORDER BY name LIMIT 200`,
    [category ?? null],
  );
  return rows;
}

export async function findProduct(database: Database, sku: string): Promise<Product | undefined> {
  const { rows } = await database.query<Product>(`SELECT ${columns} FROM products WHERE sku = $1`, [sku]);
  return rows[0];
}
