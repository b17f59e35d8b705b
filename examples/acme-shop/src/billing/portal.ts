import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { Database } from '../database.ts';
import { unpaid } from './invoices.ts';

export function createPortal(database: Database): Hono {
  const app = new Hono();
  app.use('*', cors({ origin: ['https://shop.acme.example', 'https://portal.acme.example'], credentials: true }));
  app.get('/invoices/:customer', async (context) => context.json(await unpaid(database, [context.req.param('customer')])));
  return app;
}
