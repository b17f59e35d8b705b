/** The stack of the drill, which is started and ended several times over one data folder, and what a person does with it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { createClient } from '../../lib/client/client.ts';
import { verifyBundle } from '../../lib/evidence/verify.ts';
import { download, startAssessment } from '../../local/assessment.ts';
import type { Source } from '../../local/folder.ts';
import { type Postgres, startPostgres } from '../../local/services/postgres.ts';
import { startRedis } from '../../local/services/redis.ts';
import { signInHere } from '../../local/sign-in.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import type { StoredReport } from './rows.ts';

export interface Place {
  readonly dataDir: string;
  readonly folder: string;
  readonly sources: readonly Source[];
  readonly signal: AbortSignal;
}

export interface System {
  readonly stack: Stack;
  readonly postgres: Postgres;
  /** Of the product's database, as the superuser. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** A server of the drill's own, whatever DATABASE_URL says: the drill destroys it. */
export const ownPostgres = ({ dataDir, signal }: Place): Promise<Postgres> =>
  startPostgres({ dataDir: join(dataDir, 'postgres'), databaseUrl: '', signal });

export function adminOf({ adminUrl }: Postgres, database: string): string {
  if (adminUrl === null) throw new Error('the drill runs on a PostgreSQL of its own');
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export async function startSystem(place: Place): Promise<System> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const postgres = await ownPostgres(place);
    closers.push(() => postgres.stop());
    const redis = await startRedis({ dir: join(place.dataDir, 'redis'), redisUrl: '', signal: place.signal });
    closers.push(() => redis.stop());
    const stack = await startStack({
      dataDir: place.dataDir,
      signal: place.signal,
      services: { postgres, redisUrl: redis.url },
      loopbackOrigins: () => place.sources.map(({ bridge }) => bridge.origin),
    });
    closers.push(() => stack.stop());
    return { stack, postgres, adminUrl: adminOf(postgres, 'assay'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An assessment from the start to its sealed bundle. @returns the run's id */
export async function assess({ stack }: System, { dataDir, folder: path, sources, signal }: Place): Promise<string> {
  const assessment = await startAssessment(stack, { dataDir, path, sources, framework: 'nist-csf-2.0', signal });
  let last = '';
  for await (const { event } of assessment.events) last = event.type;
  if (last !== 'RUN_FINISHED') throw new Error(`the run ended with ${last}`);
  await assessment.end();
  return assessment.runId;
}

const made = z.object({ id: z.uuid() });

/** A write that comes after the moment to which is restored. */
export async function makeProject({ stack }: System, { dataDir }: Place, name: string): Promise<void> {
  const token = await signInHere(dataDir, stack.issuer);
  const client = createClient({ baseUrl: stack.api.url, wsUrl: stack.api.webSocketUrl, token, fetch, WebSocket });
  await client.request({ method: 'POST', path: '/projects', body: { name }, answer: made });
}

/** Fetches the bundle as its person would, and checks it offline with the signer's key. @throws Error naming what does not hold */
export async function verifyStored({ stack }: System, { dataDir, signal }: Place, { runId, root }: StoredReport): Promise<void> {
  const token = await (await signInHere(dataDir, stack.issuer))();
  const bundle = await download(`${stack.api.url}/runs/${runId}/bundle`, token, signal);
  const publicKeyPem = await readFile(join(dataDir, 'signer.pem'), 'utf8');
  const { ok, signer, problems, report } = await verifyBundle(bundle, { publicKeyPem });
  if (!ok || signer !== 'verified')
    throw new Error(`the bundle of ${runId} does not verify: ${JSON.stringify(problems[0] ?? signer)}`);
  if (report?.seal.root !== root) throw new Error(`the bundle of ${runId} is not the one that the database knows`);
}
