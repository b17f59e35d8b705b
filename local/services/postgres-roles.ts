/** The program's role and its password: the one thing about roles that migrations leave out. */
import { createHmac } from 'node:crypto';
import pg from 'pg';

/** From the owner's own password, so that every process that knows the owner finds the same one. */
export function appPassword(ownerUrl: string): string {
  return createHmac('sha256', decodeURIComponent(new URL(ownerUrl).password))
    .update('assay_app')
    .digest('base64url');
}

export function appUrl(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.username = 'assay_app';
  url.password = appPassword(ownerUrl);
  return url.href;
}

/** Idempotent. The role may own nothing and bypass nothing; migrations give it its rights. */
export async function ensureAppRole(ownerUrl: string): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    await client.query(
      `DO $$ BEGIN CREATE ROLE assay_app LOGIN NOINHERIT; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
    await client.query(`ALTER ROLE assay_app PASSWORD ${client.escapeLiteral(appPassword(ownerUrl))}`);
  });
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
