import { randomUUID } from 'node:crypto';
import { writeBundle } from '../evidence/bundle.ts';
import { type Sealed, sealReport } from '../evidence/seal.ts';
import type { KeyProvider } from '../keys/keys.ts';
import type { Objects } from '../objects/objects.ts';
import { assembleReport } from '../report/assemble.ts';
import { renderHtml } from '../report/html.ts';
import { renderMarkdown } from '../report/markdown.ts';
import type { Clock } from '../runtime/clock.ts';
import { insertReport } from '../store/report.ts';
import { getRun, setOutcome } from '../store/runs.ts';
import { type AnnounceDeps, announce } from './announce.ts';
import { countRun } from './count-run.ts';
import { loadRunData } from './run-data.ts';
import { type FailedStages, reportedSteps } from './unfinished.ts';

export interface ConcludeDeps extends AnnounceDeps {
  readonly objects: Objects;
  readonly keys: KeyProvider;
  readonly clock: Clock;
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
  const isFirst = await deps.store.forRunInSql(runId, async (tx) => {
    const kept = { projectId: run.projectId, root: sealed.report.seal.root, objectKey, content: sealed.report };
    // The report first: once there is an outcome, nothing of the run may change.
    const [isStored, isSet] = await Promise.all([
      insertReport(tx, runId, kept),
      setOutcome(tx, runId, { outcome, endedAt: data.asOf, score: report.score }),
    ]);
    return isStored && isSet;
  });
  if (isFirst) {
    countRun(sealed.report);
    return announce(deps, run, outcome);
  }
  await deps.objects.remove(objectKey);
  // Two may judge differently, because rows came in between: what stands is what is said.
  const ended = await deps.store.forRunInSql(runId, (tx) => getRun(tx, runId));
  if (ended?.outcome != null) await announce(deps, ended, ended.outcome);
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
