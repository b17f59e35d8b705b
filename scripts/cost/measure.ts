/** Runs the sample on the local stack, on a data folder of its own, and counts what AWS would bill. */
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { startAssessment } from '../../local/assessment.ts';
import { checkFolder, openSources } from '../../local/folder.ts';
import { startPostgres } from '../../local/services/postgres.ts';
import { withClient } from '../../local/services/postgres-roles.ts';
import { startRedis } from '../../local/services/redis.ts';
import { startStack } from '../../local/stack.ts';
import { openInProcess } from '../../local/workflow/in-process.ts';

export const sample = resolve(import.meta.dirname, '..', '..', 'examples', 'acme-shop');

export interface Measured {
  /** Every call of a function, API and WebSocket included, with the wall time that it took in one shared process. */
  readonly calls: readonly { readonly function: string; readonly ms: number }[];
  readonly transitions: number;
  readonly executions: number;
  /** Events that reached the client, each at most one frame of 32 KB. */
  readonly frames: number;
  readonly wallMs: number;
  /** Stored as evidence: what came in from the sources. */
  readonly evidenceBytes: number;
  readonly objects: number;
  readonly objectBytes: number;
  readonly logBytes: number;
  /** Combinations of a metric with its dimensions that were written: each is billed for the hour. */
  readonly metrics: number;
  /** Of the model, where one is configured. */
  readonly tokens: { readonly input: number; readonly output: number };
}

const rows = z.tuple([z.object({ evidence: z.coerce.number(), input: z.coerce.number(), output: z.coerce.number() })]);

export async function measureSample(mode: 'checks' | 'model', signal: AbortSignal): Promise<Measured> {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-cost-'));
  // As root PostgreSQL runs as another user, who must be able to pass.
  await chmod(dataDir, 0o711);
  const closers: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  try {
    const path = await checkFolder(sample);
    const { sources } = await openSources(path, signal);
    for (const { bridge } of sources) closers.unshift(() => bridge.stop());
    const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), databaseUrl: '', signal });
    closers.unshift(() => postgres.stop());
    const redis = await startRedis({ dir: join(dataDir, 'redis'), redisUrl: '', signal });
    closers.unshift(() => redis.stop());
    const calls: { function: string; ms: number }[] = [];
    const stack = await startStack({
      dataDir,
      signal,
      services: { postgres, redisUrl: redis.url },
      loopbackOrigins: () => sources.map(({ bridge }) => bridge.origin),
      // As on AWS, where every function writes its metrics to its log.
      environment: { METRICS_STAGE: 'cost' },
      openInvoke: ({ functions }) => {
        const invoke = openInProcess({ functions });
        return async (name, payload, options) => {
          const from = performance.now();
          return invoke(name, payload, options).finally(() => calls.push({ function: name, ms: performance.now() - from }));
        };
      },
    });
    closers.unshift(() => stack.stop());

    const from = performance.now();
    const assessment = await startAssessment(stack, { dataDir, path, sources, framework: 'nist-csf-2.0', mode, signal });
    let frames = 0;
    for await (const _ of assessment.events) frames += 1;
    const wallMs = performance.now() - from;
    for (const file of ['json', 'html', 'bundle'] as const) await assessment.fetchFile(file);
    await assessment.end();

    const [stored] = rows.parse(
      // The superuser of a server that is this measurement's own: row-level security shows anybody else nothing.
      await withClient(inDatabase(postgres.adminUrl, 'assay'), async (client) => (await client.query(storedSql)).rows),
    );
    const log = await readFile(join(dataDir, 'assay.log'), 'utf8');
    const objects = await filesIn(join(dataDir, 'objects'));
    return {
      calls,
      ...stack.workflow.engine.counts(),
      frames,
      wallMs,
      evidenceBytes: stored.evidence,
      objects: objects.length,
      objectBytes: objects.reduce((sum, { size }) => sum + size, 0),
      logBytes: Buffer.byteLength(log),
      metrics: metricsIn(log),
      tokens: { input: stored.input, output: stored.output },
    };
  } finally {
    for (const close of closers) await close().catch(() => undefined);
  }
}

const storedSql = `SELECT (SELECT coalesce(sum(bytes), 0) FROM "Blob") AS evidence,
  coalesce(sum("promptTokens"), 0) AS input, coalesce(sum("completionTokens"), 0) AS output FROM "ModelCall"`;

function inDatabase(url: string | null, name: string): string {
  if (url === null) throw new Error('the measurement runs on a PostgreSQL of its own');
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

const emf = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({ Dimensions: z.array(z.string().array()), Metrics: z.array(z.object({ Name: z.string() })) }),
    ),
  }),
});

/** Of the embedded metric format: lines of the log that CloudWatch makes metrics of. */
export function metricsIn(log: string): number {
  const written = log.split('\n').flatMap((line) => {
    const found = line.includes('"_aws"') ? emf.parse(JSON.parse(line)) : null;
    return (found?._aws.CloudWatchMetrics ?? []).flatMap(({ Dimensions, Metrics }) =>
      Dimensions.flatMap((names) => Metrics.map(({ Name }) => JSON.stringify([Name, ...names.map((name) => found?.[name])]))),
    );
  });
  return new Set(written).size;
}

async function filesIn(folder: string): Promise<{ size: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name))));
}
