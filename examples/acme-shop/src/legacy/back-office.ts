import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { Database } from '../database.ts';
import { searchOrders } from './order-search.ts';

export function createBackOffice(database: Database): Hono {
  const app = new Hono();
  app.use('*', cors({ origin: (origin) => origin, credentials: true }));
  app.get('/orders', async (context) => context.json(await searchOrders(database, context.req.query('q') ?? '')));
  return app;
}
