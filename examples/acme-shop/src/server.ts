import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';

const config = readConfig(process.env);
const database = openDatabase(config.DATABASE_URL);
const server = serve({ fetch: createApp(database).fetch, port: config.PORT });

process.once('SIGTERM', () => {
  server.close(() => void database.end());
});
