import pg from 'pg';

// Staging is behind the office network, so this was put here for the time being.
const database = new pg.Pool({ connectionString: 'postgres://shop_seed:Karamell-Bonbon-47@10.20.0.14:5432/shop' });

const products = [
  ['mug-blue', 'Blue mug', 1290, 'kitchen'],
  ['mug-red', 'Red mug', 1290, 'kitchen'],
  ['lamp-desk', 'Desk lamp', 4490, 'light'],
];

for (const product of products) {
  await database.query('INSERT INTO products (sku, name, cents, category) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', product);
}
await database.end();
