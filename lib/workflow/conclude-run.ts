import { randomUUID } from 'node:crypto';
import type { Cache } from '../cache/cache.ts';
import { writeBundle } from '../evidence/bundle.ts';
import { type Sealed, sealReport } from '../evidence/seal.ts';
import type { KeyProvider } from '../keys/keys.ts';
import type { Objects } from '../objects/objects.ts';
import type { Progress } from '../progress/publisher.ts';
import { readAll } from '../progress/stream.ts';
import { assembleReport } from '../report/assemble.ts';
import { renderHtml } from '../report/html.ts';
import { renderMarkdown } from '../report/markdown.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { archiveEvents, insertReport } from '../store/report.ts';
import { type RunRow, setOutcome } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { loadRunData } from './run-data.ts';
import { type FailedStages, reportedSteps } from './unfinished.ts';

export interface ConcludeDeps {
  readonly store: Store;
  readonly progress: Progress;
  /** Opened when the archive is written: a run concludes without Redis as well. */
  readonly cache: () => Promise<Cache>;
  readonly objects: Objects;
  readonly keys: KeyProvider;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Ends a run, whoever calls: Finalise, execution-ended or the sweep. Assembles the report from the rows, seals and stores it, sets
 * the outcome once (`outcome IS NULL`), then says so. A second call finds the outcome set and only makes sure that it was said.
 */
export async function concludeRun(deps: ConcludeDeps, runId: string, stages: FailedStages): Promise<void> {
  const { run, data } = await loadRunData(deps.store, runId, deps.clock.now(), deps.signal);
  if (run.outcome !== null) return announce(deps, run, run.outcome);
  const report = assembleReport({ ...data, steps: reportedSteps(data, stages) });
  const sealed = await sealReport({
    report,
    toolCalls: data.toolCalls,
    blobs: data.blobs,
    sign: (bytes) => deps.keys.sign(bytes),
  });
  const objectKey = `projects/${run.projectId}/runs/${runId}/${randomUUID()}/`;
  await storeFiles(deps.objects, objectKey, sealed);
  const { outcome } = report.run;
  const isFirst = await deps.store.forRun(runId, async (tx) => {
    // The report first: once there is an outcome, nothing of the run may change.
    const isStored = await insertReport(tx, runId, {
      projectId: run.projectId,
      root: sealed.report.seal.root,
      objectKey,
      content: sealed.report,
    });
    return (await setOutcome(tx, runId, { outcome, endedAt: data.asOf, score: report.score })) && isStored;
  });
  if (!isFirst) await deps.objects.remove(objectKey);
  await announce(deps, run, outcome);
}

async function storeFiles(objects: Objects, prefix: string, sealed: Sealed): Promise<void> {
  const { report } = sealed;
  await Promise.all([
    objects.put(`${prefix}report.json`, JSON.stringify(report, null, 2), 'application/json'),
    objects.put(`${prefix}report.md`, renderMarkdown(report), 'text/markdown; charset=utf-8'),
    objects.put(`${prefix}report.html`, renderHtml(report), 'text/html; charset=utf-8'),
    objects.put(`${prefix}bundle.zip`, await writeBundle(sealed), 'application/zip'),
  ]);
}

/** The terminal event, once, and the archive of the stream. Neither can fail a run that has ended. */
async function announce(deps: ConcludeDeps, run: RunRow, outcome: NonNullable<RunRow['outcome']>): Promise<void> {
  const { progress, store, logger } = deps;
  await progress.terminal(
    { runId: run.id, projectId: run.projectId, epoch: run.epoch + 1 },
    { outcome, ...(outcome === 'failed' ? { message: 'Nothing could be assessed; the report says why.' } : {}) },
  );
  try {
    const stream = await readAll(await deps.cache(), run.id);
    if (stream === null) return;
    const events = stream.events.map(({ stream: name, seq, time, event }) => ({
      stream: name,
      seq,
      time: new Date(time),
      event,
    }));
    await store.forRun(run.id, (tx) => archiveEvents(tx, run.id, events));
  } catch (error) {
    logger.warn('the progress of a run was not archived', { runId: run.id, error });
  }
}
