import { Hono } from 'hono';
import * as z from 'zod';
import { findProduct, listProducts } from './catalogue.ts';
import { type CartLine, totalOf } from './cart.ts';
import type { Database } from './database.ts';
import { placeOrder } from './orders.ts';

const order = z.object({
  customerId: z.uuid(),
  lines: z.array(z.object({ sku: z.string().max(40), quantity: z.number().int().min(1).max(99) })).min(1).max(50),
});

export function createApp(database: Database): Hono {
  const app = new Hono();
  app.get('/health', (context) => context.json({ ok: true }));
  app.get('/products', async (context) => context.json(await listProducts(database, context.req.query('category'))));
  app.get('/products/:sku', async (context) => {
    const product = await findProduct(database, context.req.param('sku'));
    return product ? context.json(product) : context.json({ error: 'not found' }, 404);
  });
  app.post('/orders', async (context) => {
    const parsed = order.safeParse(await context.req.json());
    if (!parsed.success) return context.json({ error: 'malformed order' }, 400);
    const lines: CartLine[] = [];
    for (const { sku, quantity } of parsed.data.lines) {
      const product = await findProduct(database, sku);
      if (!product) return context.json({ error: `no product ${sku}` }, 422);
      lines.push({ sku, quantity, cents: product.cents });
    }
    const id = await placeOrder(database, parsed.data.customerId, lines);
    return context.json({ id, total: totalOf(lines) }, 201);
  });
  return app;
}
