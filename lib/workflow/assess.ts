import { checks } from '../checks/index.ts';
import type { AssessInput } from '../contract/run-state.ts';
import { controlVerdict } from '../domain/verdict.ts';
import type { Framework } from '../frameworks/framework.ts';
import { custom, stateDelta } from '../progress/makers.ts';
import { findingFromCheck } from '../report/findings.ts';
import type { CheckResultRow } from '../report/run-data.ts';
import { insertFindings } from '../store/findings.ts';
import { insertControlResults, listCheckResults } from '../store/results.ts';
import { finishStep } from '../store/steps.ts';
import { knownFramework } from './plan.ts';
import { endOf, fallbackOf, runStep, type StepDeps } from './step.ts';

/**
 * Judges one group of controls from what the checks found, so that findings and verdicts can be read while the run goes on; the
 * report derives them again from verified evidence. The fallback does the same: the verdict function needs no model.
 */
export async function assessGroup(deps: StepDeps, { runId, groupId }: AssessInput, errorName?: string): Promise<void> {
  const step = { runId, name: 'assess', agent: 'assessment', item: groupId, ...fallbackOf(errorName) } as const;
  await runStep(deps, step, async ({ run, fence, cause, publish }) => {
    const framework = knownFramework(run.frameworkId);
    const group = framework.groups.find(({ id }) => id === groupId);
    if (group === undefined) throw new Error(`${framework.id} has no group ${groupId}`);
    const controlIds = group.categories.flatMap(({ controls }) => controls.map(({ id }) => id));
    const results = await deps.store.forRun(runId, (tx) => listCheckResults(tx, runId));
    const findings = findingsOf(runId, framework, controlIds, results);
    const controls = controlIds.map((controlId) => {
      const answers = results.filter(({ checkId }) => mapped(checkId, framework.id).includes(controlId));
      const verdict = controlVerdict({
        checks: answers.map(({ checkId, result, reason }) => ({ id: checkId, result, reason })),
        modelFails: [],
        proposal: null,
        decision: null,
        unseen: 'No check of this run speaks to this control.',
      });
      const findingIds = findings.filter((finding) => finding.controlIds.includes(controlId)).map(({ id }) => id);
      return { controlId, ...verdict, proposal: null, findingIds };
    });
    // A finding that touches several groups is written and announced by the group of its first control.
    const own = findings.filter((finding) => controlIds.includes(finding.controlIds[0] ?? ''));
    await deps.store.forRun(runId, async (tx) => {
      await insertFindings(tx, fence, own);
      await insertControlResults(tx, fence, controls);
      await finishStep(tx, fence, endOf(errorName, cause));
    });
    await publish([
      ...own.map(({ id, title, severity, controlIds: touched }) =>
        custom({ name: 'assay.finding', value: { findingId: id, title, severity, controlIds: [...touched] } }),
      ),
      stateDelta({ add: { controlsDone: controls.length, findings: own.length } }),
    ]);
  });
}

const mapped = (checkId: string, frameworkId: string): readonly string[] =>
  checks.find(({ id }) => id === checkId)?.controls[frameworkId] ?? [];

function findingsOf(runId: string, framework: Framework, controlIds: readonly string[], results: readonly CheckResultRow[]) {
  return results
    .filter(({ result }) => result === 'fail')
    .flatMap(({ planTaskId, checkId, observations }) => {
      const check = checks.find(({ id }) => id === checkId);
      const touched = mapped(checkId, framework.id);
      if (check === undefined || !touched.some((id) => controlIds.includes(id))) return [];
      return [findingFromCheck(runId, planTaskId, check, framework, observations)];
    });
}
