import { assessWithModel } from '../agents/assessment/assess.ts';
import { catalogue } from '../checks/catalogue.ts';
import type { AssessInput } from '../contract/run-state.ts';
import { controlVerdict } from '../domain/verdict.ts';
import type { Framework } from '../frameworks/framework.ts';
import { custom, stateDelta } from '../progress/makers.ts';
import { findingFromCheck } from '../report/findings.ts';
import type { CheckResultRow } from '../report/run-data.ts';
import { insertEvidence, insertFindings } from '../store/findings.ts';
import { insertControlResults, listCheckResults } from '../store/results.ts';
import { finishStep } from '../store/steps.ts';
import { insertWithheld } from '../store/withheld.ts';
import { answersOf, mapped, workOf } from './assessment-work.ts';
import { knownFramework } from './plan.ts';
import { type MemoryDeps, rememberAssessment } from './remembering.ts';
import { endOf, fallbackOf, runStep, type StepDeps } from './step.ts';
import { type ModelDeps, modelOf } from './step-model.ts';

export interface AssessDeps extends StepDeps, ModelDeps, MemoryDeps {
  readonly signal: AbortSignal;
}

/**
 * Judges one group of controls from what the checks found and, in mode `model`, from what the assessment agent sees in the evidence,
 * so that findings and verdicts can be read while the run goes on; the report derives them again from verified evidence. The
 * fallback judges from checks alone: the verdict function needs no model.
 */
export async function assessGroup(deps: AssessDeps, { runId, groupId }: AssessInput, errorName?: string): Promise<void> {
  const step = { runId, name: 'assess', agent: 'assessment', item: groupId, ...fallbackOf(errorName) } as const;
  await runStep(deps, step, async (context) => {
    const { run, fence, cause, publish, write } = context;
    const framework = knownFramework(run.frameworkId);
    const group = framework.groups.find(({ id }) => id === groupId);
    if (group === undefined) throw new Error(`${framework.id} has no group ${groupId}`);
    const model = await modelOf(deps, context);
    const { results, work } = await deps.store.forRunInSql(
      runId,
      async (tx) => {
        const found = await listCheckResults(tx, runId);
        return { results: found, work: model === null ? null : await workOf(tx, run, framework, group, found) };
      },
      { signal: deps.signal },
    );
    const assessed = model === null || work === null ? null : await assessWithModel(model, work);
    const controlIds = group.categories.flatMap(({ controls }) => controls.map(({ id }) => id));
    const findings = [...findingsOf(runId, framework, controlIds, results), ...(assessed?.findings ?? [])];
    const controls = controlIds.map((controlId) => {
      const raised = findings.filter((finding) => finding.controlIds.includes(controlId));
      const verdict = controlVerdict({
        checks: answersOf(results, framework, controlId),
        modelFails: raised.filter(({ origin }) => origin.kind === 'model').map(({ title }) => ({ reason: title })),
        proposal: assessed?.proposals.get(controlId) ?? null,
        decision: null,
        unseen: 'No check of this run speaks to this control.',
      });
      return { controlId, ...verdict, findingIds: raised.map(({ id }) => id) };
    });
    // A finding that touches several groups is written and announced by the group of its first control.
    const own = findings.filter((finding) => controlIds.includes(finding.controlIds[0] ?? ''));
    await write(async (tx) => {
      await Promise.all([
        insertEvidence(tx, fence, assessed?.evidence ?? []),
        insertWithheld(tx, fence, assessed?.withheld ?? []),
        insertFindings(tx, fence, own),
        insertControlResults(tx, fence, controls),
        finishStep(tx, fence, endOf(cause)),
      ]);
    });
    if (work !== null && assessed !== null) {
      await rememberAssessment(deps, run, framework, { calls: work.calls, evidence: assessed.evidence, controls });
    }
    publish([
      ...own.map(({ id, title, severity, controlIds: touched }) =>
        custom({ name: 'assay.finding', value: { findingId: id, title, severity, controlIds: [...touched] } }),
      ),
      stateDelta({ add: { controlsDone: controls.length, findings: own.length } }),
    ]);
  });
}

function findingsOf(runId: string, framework: Framework, controlIds: readonly string[], results: readonly CheckResultRow[]) {
  return results
    .filter(({ result }) => result === 'fail')
    .flatMap(({ planTaskId, checkId, observations }) => {
      const check = catalogue.find(({ id }) => id === checkId);
      const touched = mapped(checkId, framework.id);
      if (check === undefined || !touched.some((id) => controlIds.includes(id))) return [];
      return [findingFromCheck(runId, planTaskId, check, framework, observations)];
    });
}
