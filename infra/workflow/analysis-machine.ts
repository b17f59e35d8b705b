/** Plan, then every source, then every group of controls. Whatever fails becomes a gap or a verdict from checks alone. */
import { Choice, Condition, DefinitionBody, Fail, JsonPath, Map as MapState, Pass, Result } from 'aws-cdk-lib/aws-stepfunctions';
import { everything, everythingUnseen, fallback, notRecorded, type States, type TaskFunctions, task, waiting } from './task.ts';
import { concurrency, tasks } from './timing.ts';

export function analysisDefinition(scope: States, functions: TaskFunctions): DefinitionBody {
  // Assess: one item per group of controls.
  const assess = task(scope, 'Assess', {
    function: functions['tasks/assess'],
    timing: tasks.assess,
    send: ['runId', 'groupId'],
    answer: 'empty',
  });
  const assessFallback = fallback(scope, 'AssessFallback', {
    function: functions['tasks/assess-fallback'],
    timing: tasks.assessFallback,
    send: ['runId', 'groupId'],
    answer: 'empty',
  });
  assess.addCatch(assessFallback, everything);
  assessFallback.addCatch(notRecorded(scope, 'AssessmentNotRecorded'), everythingUnseen);
  const assessments = new MapState(scope, 'Assessments', {
    itemsPath: '$.groups',
    maxConcurrency: concurrency,
    resultPath: JsonPath.DISCARD,
  }).itemProcessor(assess);

  // Extract: one item per task of the plan, that is per source. Where it needs a person's approval it runs again after the wait,
  // and makes from the ledger what it made before; it asks at most three times (`extractOutput` in lib/contract/run-state.ts).
  const extract = task(scope, 'Extract', {
    function: functions['tasks/extract'],
    timing: tasks.extract,
    send: ['runId', 'taskId'],
    answer: 'keep',
  });
  const awaitApproval = waiting(scope, 'AwaitApproval', {
    function: functions['tasks/await-approval'],
    timing: tasks.awaitApproval,
    send: ['runId', 'taskId', 'approvalId'],
  });
  const sourceGap = fallback(scope, 'SourceGap', {
    function: functions['tasks/source-gap'],
    timing: tasks.sourceGap,
    send: ['runId', 'taskId'],
    answer: 'empty',
  });
  extract.addCatch(sourceGap, everything);
  awaitApproval.addCatch(sourceGap, everything);
  const needsApproval = Condition.and(Condition.isPresent('$.needs'), Condition.stringEquals('$.needs', 'approval'));
  extract.next(
    new Choice(scope, 'NeedsApproval')
      .when(needsApproval, awaitApproval)
      .otherwise(new Pass(scope, 'Extracted', { result: Result.fromObject({}) })),
  );
  awaitApproval.next(extract);
  sourceGap.addCatch(notRecorded(scope, 'GapNotRecorded'), everythingUnseen);
  const extractions = new MapState(scope, 'Extractions', {
    itemsPath: '$.tasks',
    maxConcurrency: concurrency,
    resultPath: JsonPath.DISCARD,
  }).itemProcessor(extract);
  extractions.addCatch(assessments, everythingUnseen);

  // Plan: its answer, `{ runId, tasks, groups }`, is the state that the rest reads.
  const plan = task(scope, 'Plan', { function: functions['tasks/plan'], timing: tasks.plan, send: ['runId'], answer: 'keep' });
  const planFallback = fallback(scope, 'PlanFallback', {
    function: functions['tasks/plan-fallback'],
    timing: tasks.planFallback,
    send: ['runId'],
    answer: 'keep',
  });
  plan.addCatch(planFallback, everything);
  // Without a plan there is nothing to go on with: the run's Catch still reports what the database holds.
  planFallback.addCatch(new Fail(scope, 'NotPlanned', { errorPath: '$.error.Error' }), everything);

  plan.next(extractions);
  planFallback.next(extractions);
  extractions.next(assessments);
  return DefinitionBody.fromChainable(plan);
}
