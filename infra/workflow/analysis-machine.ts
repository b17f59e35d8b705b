/** Plan, then every source, then every group of controls. Whatever fails becomes a gap or a verdict from checks alone. */
import { DefinitionBody, Fail, JsonPath, Map as MapState } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { everything, everythingUnseen, fallback, notRecorded, type TaskFunctions, task } from './task.ts';
import { concurrency, tasks } from './timing.ts';

export function analysisDefinition(scope: Construct, functions: TaskFunctions): DefinitionBody {
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

  // Extract: one item per task of the plan, that is per source.
  const extract = task(scope, 'Extract', {
    function: functions['tasks/extract'],
    timing: tasks.extract,
    send: ['runId', 'taskId'],
    answer: 'empty',
  });
  const sourceGap = fallback(scope, 'SourceGap', {
    function: functions['tasks/source-gap'],
    timing: tasks.sourceGap,
    send: ['runId', 'taskId'],
    answer: 'empty',
  });
  extract.addCatch(sourceGap, everything);
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
