/**
 * A store on a fresh database, and the few rows that most tests need.
 *
 *   const t = await testStore();                      // at the top of the file; closed and dropped after its last test
 *   const ann = person();
 *   const { projectId, runId } = await t.projectWithRun(ann);
 *   await t.store.forRun(runId, (tx) => ...);
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll } from 'vitest';
import type { Principal } from '../../lib/contract/principal.ts';
import type { Role } from '../../lib/contract/vocabulary.ts';
import { openStore, type Store, type StoreOptions } from '../../lib/store/store.ts';
import { type TestDatabase, testDatabase } from './services.ts';

export interface TestStore {
  readonly store: Store;
  readonly database: TestDatabase;
  /** Another store on the same database: as another process. Closed with this one. */
  open(options?: Partial<StoreOptions>): Store;
  /** SQL as the superuser: sees and may do everything. */
  sql<T extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
  project(members: Readonly<Record<string, Role>>, createdBy?: string): Promise<string>;
  connection(owner: Principal, name?: string): Promise<string>;
  run(projectId: string, startedBy: Principal, columns?: RunColumns): Promise<string>;
  /** A project of that person's, with a connection and a run that has not started. */
  projectWithRun(owner: Principal, columns?: RunColumns): Promise<{ projectId: string; connectionId: string; runId: string }>;
}

export interface RunColumns {
  readonly connectionIds?: readonly string[];
  readonly frameworkId?: string;
  readonly startedAt?: Date;
  readonly createdAt?: Date;
  readonly deadlineAt?: Date;
  readonly mode?: 'checks' | 'model';
  readonly outcome?: 'complete' | 'partial' | 'cancelled' | 'failed';
}

export function person(): Principal {
  const userId = randomUUID();
  return { userId, email: `${userId.slice(0, 8)}@example.test`, expiresAt: 4_000_000_000 };
}

export async function testStore(options: Partial<StoreOptions> = {}): Promise<TestStore> {
  const database = await testDatabase();
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 });
  admin.on('error', () => undefined);
  const stores: Store[] = [];
  const open = (more: Partial<StoreOptions> = {}) => {
    const opened = openStore({ url: database.appUrl, poolMax: 5, statementTimeoutMs: 10_000, direct: true, ...options, ...more });
    stores.push(opened);
    return opened;
  };
  afterAll(async () => {
    await Promise.all(stores.map((opened) => opened.close()));
    await admin.end();
    await database.drop();
  });

  const sql: TestStore['sql'] = async <T extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
    (await admin.query<T>(text, [...values])).rows;

  const project: TestStore['project'] = async (members, createdBy = Object.keys(members)[0] ?? randomUUID()) => {
    const id = randomUUID();
    await sql(`INSERT INTO "Project" (id, name, "createdBy") VALUES ($1, $2, $3)`, [id, `project ${id}`, createdBy]);
    for (const [userId, role] of Object.entries(members)) {
      await sql(`INSERT INTO "ProjectMember" ("projectId", "userId", role) VALUES ($1, $2, $3)`, [id, userId, role]);
    }
    return id;
  };
  const connection: TestStore['connection'] = async ({ userId }, name = `connection ${randomUUID()}`) => {
    const id = randomUUID();
    await sql(
      `INSERT INTO "Connection" (id, "userId", name, profile, url, "authKind") VALUES ($1, $2, $3, 'generic', 'http://127.0.0.1:9/mcp', 'none')`,
      [id, userId, name],
    );
    return id;
  };
  const run: TestStore['run'] = async (projectId, { userId }, columns = {}) => {
    const id = randomUUID();
    const {
      connectionIds = [],
      frameworkId = 'nist-csf-2.0',
      startedAt = null,
      createdAt = new Date(),
      deadlineAt = null,
      mode = 'checks',
      outcome = null,
    } = columns;
    await sql(
      `INSERT INTO "Run" (id, "projectId", "startedBy", "frameworkId", mode, "connectionIds", "startedAt", "createdAt", "deadlineAt", outcome)
       VALUES ($1, $2, $3, $4, $10, $5::uuid[], $6, $7, $8, $9)`,
      [id, projectId, userId, frameworkId, connectionIds, startedAt, createdAt, deadlineAt, outcome, mode],
    );
    return id;
  };
  return {
    store: open(),
    database,
    open,
    sql,
    project,
    connection,
    run,
    async projectWithRun(owner, columns = {}) {
      const projectId = await project({ [owner.userId]: 'owner' });
      const connectionId = await connection(owner);
      return { projectId, connectionId, runId: await run(projectId, owner, { connectionIds: [connectionId], ...columns }) };
    },
  };
}
