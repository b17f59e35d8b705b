import type { AssessmentWork } from '../agents/assessment/assess.ts';
import { exhibitsFor, type Recording, termsOf, worthReading } from '../agents/assessment/exhibits.ts';
import { catalogue } from '../checks/catalogue.ts';
import type { EvidenceItem } from '../contract/report.ts';
import type { CheckVerdict } from '../domain/verdict.ts';
import type { ControlGroup, Framework } from '../frameworks/framework.ts';
import type { CheckResultRow, ToolCallRow } from '../report/run-data.ts';
import { listEvidence } from '../store/findings.ts';
import { ledgerOf, readBlobs } from '../store/ledger.ts';
import { listPlanTasks } from '../store/plan.ts';
import type { RunRow } from '../store/runs.ts';
import type { SqlTx } from '../store/store.ts';

/** A call with what a person calls its source. */
export type SourceCall = ToolCallRow & { readonly source: string };

/** What the assessment agent is shown: the group's controls with what checks say of them, and recorded answers that speak of them. */
export async function workOf(
  tx: SqlTx,
  { id: runId, projectId }: RunRow,
  framework: Framework,
  { id, title, categories }: ControlGroup,
  results: readonly CheckResultRow[],
): Promise<AssessmentWork & { readonly calls: readonly SourceCall[] }> {
  const controls = categories.flatMap((category) => category.controls);
  const terms = termsOf(controls.flatMap((control) => [control.title, control.asks]));
  const [items, calls, tasks] = await Promise.all([listEvidence(tx, runId), ledgerOf(tx, runId), listPlanTasks(tx, runId)]);
  const evidence = new Map(items.map((item) => [item.id, item]));
  const sources = new Map(tasks.map((task) => [task.id, task.source]));
  const recordings = worthReading(recordingsOf(calls, sources), terms);
  const hashes = recordings.map(({ blobSha256 }) => blobSha256);
  const contents = await readBlobs(tx, projectId, hashes);
  const read = recordings.flatMap((one) => {
    const content = contents.get(one.blobSha256);
    return content === undefined ? [] : [{ ...one, content }];
  });
  return {
    runId,
    calls: calls.map((call) => ({ ...call, source: sources.get(call.planTaskId) ?? '' })),
    group: { id, title },
    controls: controls.map((control) => {
      const answers = answersOf(results, framework, control.id);
      return {
        ...{ id: control.id, title: `${control.title}. ${control.asks}`, weight: control.weight, checks: answers },
        isOpen: answers.every(({ result }) => result === 'unknown' || result === 'not-applicable'),
        passed: passedBytes(results, framework, control.id, evidence),
      };
    }),
    exhibits: exhibitsFor(read, terms),
  };
}

/** What the passing observations of a control's checks cite. */
function passedBytes(
  results: readonly CheckResultRow[],
  framework: Framework,
  controlId: string,
  evidence: ReadonlyMap<string, EvidenceItem>,
) {
  return results
    .filter(({ checkId }) => mapped(checkId, framework.id).includes(controlId))
    .flatMap(({ observations }) =>
      observations.filter(({ result }) => result === 'pass').flatMap(({ evidenceIds }) => evidenceIds),
    )
    .flatMap((id) => {
      const item = evidence.get(id);
      return item?.kind === 'excerpt' ? [item] : [];
    });
}

/** The text blocks of completed calls; of a file that was taken out of an answer, the file. */
function recordingsOf(calls: readonly ToolCallRow[], sources: ReadonlyMap<string, string>): Recording[] {
  return calls.flatMap(({ id: toolCallId, planTaskId, tool, args, status, startedAt, blobs }) => {
    if (status !== 'ok') return [];
    const origins = new Set(blobs.flatMap(({ derivedFrom }) => derivedFrom ?? []));
    return blobs
      .filter(({ index, truncated }) => !origins.has(index) && !truncated)
      .map(({ sha256, bytes }) => ({
        ...{ toolCallId, planTaskId, tool, args, bytes, blobSha256: sha256, source: sources.get(planTaskId) ?? 'unknown source' },
        collectedAt: startedAt.toISOString(),
      }));
  });
}

/** What the checks say of one control. */
export const answersOf = (results: readonly CheckResultRow[], framework: Framework, controlId: string): CheckVerdict[] =>
  results
    .filter(({ checkId }) => mapped(checkId, framework.id).includes(controlId))
    .map(({ checkId, result, reason }) => ({ id: checkId, result, reason }));

/** The controls that a check speaks to. */
export const mapped = (checkId: string, frameworkId: string): readonly string[] =>
  catalogue.find(({ id }) => id === checkId)?.controls[frameworkId] ?? [];
