import { catalogue } from '../checks/catalogue.ts';
import { report as reportSchema } from '../contract/report.ts';
import type { ComparableRun } from '../domain/comparison.ts';
import { comparable } from '../report/assemble.ts';
import { citedBlobs, type RunData } from '../report/run-data.ts';
import { listDecisions } from '../store/decisions.ts';
import { listEvidence, listFindings } from '../store/findings.ts';
import { ledgerOf, readBlobs } from '../store/ledger.ts';
import { modelUsage } from '../store/model-calls.ts';
import { listPlanTasks } from '../store/plan.ts';
import { listSections, previousReport } from '../store/report.ts';
import { listCheckResults, listControlResults, listGaps, listPopulations, listRemediation } from '../store/results.ts';
import { getRun, type RunRow } from '../store/runs.ts';
import { listSteps } from '../store/steps.ts';
import type { SqlTx, Store } from '../store/store.ts';
import { listWithheld } from '../store/withheld.ts';
import { knownFramework } from './plan.ts';

/** Everything that the database knows of a run, and the bytes that its evidence cites. */
export async function loadRunData(
  store: Store,
  runId: string,
  asOf: Date,
  signal: AbortSignal,
): Promise<{ run: RunRow; data: RunData }> {
  const { run, rows, model } = await store.forRunInSql(
    runId,
    async (tx) => {
      const found = await getRun(tx, runId);
      if (found === null) throw new Error(`run ${runId} does not exist`);
      const [{ model: asked }, rows] = await Promise.all([modelUsage(tx, runId), rowsOf(tx, found)]);
      return { run: found, rows, model: asked };
    },
    { signal },
  );
  const remediation = rows.remediation.length > 0 ? rows.remediation : null;
  return {
    run,
    data: { ...rows, run: { ...run, model }, framework: knownFramework(run.frameworkId), checks: catalogue, remediation, asOf },
  };
}

/** One transaction, one statement a table, however many rows; blobs go by size (store/blobs.ts). */
async function rowsOf(tx: SqlTx, run: RunRow) {
  const { id } = run;
  const cited = Promise.all([listEvidence(tx, id), ledgerOf(tx, id)]).then(async ([evidence, toolCalls]) => ({
    ...{ evidence, toolCalls },
    blobs: await readBlobs(tx, run.projectId, citedBlobs(evidence, toolCalls)),
  }));
  const [bytes, planTasks, steps, checkResults, populations, gaps, controlResults, ...rest] = await Promise.all([
    cited,
    ...([listPlanTasks(tx, id), listSteps(tx, id), listCheckResults(tx, id), listPopulations(tx, id)] as const),
    ...([listGaps(tx, id), listControlResults(tx, id), listDecisions(tx, id), listFindings(tx, id)] as const),
    ...([listSections(tx, id), listWithheld(tx, id), listRemediation(tx, id), previousOf(tx, run)] as const),
  ]);
  const [decisions, findings, sections, withheld, remediation, previous] = rest;
  return {
    ...bytes,
    ...{ planTasks, steps, checkResults, populations, gaps, controlResults },
    ...{ decisions, findings, sections, withheld, remediation, previous },
  };
}

const compared = reportSchema.pick({ schema: true, run: true, findings: true, checks: true });

/** Null also when the previous report is of another schema version: it can't be compared, and is not guessed at. */
async function previousOf(tx: SqlTx, run: RunRow): Promise<ComparableRun | null> {
  const content = compared.safeParse(await previousReport(tx, run, Object.keys(compared.shape)));
  return content.success ? comparable(content.data) : null;
}
