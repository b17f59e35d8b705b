/** On RDS a role may sign in with a token once it is a member of `rds_iam`; elsewhere there is no such role and nothing to do. */
import pg from 'pg';

/** Connects as the owner. Idempotent. */
export async function allowIamSignIn(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000, statement_timeout: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`DO $$ BEGIN
      IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') AND NOT pg_has_role('assay_app', 'rds_iam', 'MEMBER') THEN
        GRANT rds_iam TO assay_app;
      END IF;
    END $$`);
  } finally {
    await client.end();
  }
}
