import pg from 'pg';

export type Database = pg.Pool;

export const openDatabase = (connectionString: string): Database =>
  new pg.Pool({ connectionString, max: 10, idleTimeoutMillis: 10_000, ssl: { rejectUnauthorized: true } });
