/** A run, top to bottom: analysis, report, comparison, end. Every stage may fail; the run still ends with a report. */
import { Duration } from 'aws-cdk-lib';
import {
  DefinitionBody,
  Errors,
  Fail,
  IntegrationPattern,
  type IStateMachine,
  JsonPath,
  Pass,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { everythingUnseen, type States, type TaskFunctions, task } from './task.ts';
import { stages, tasks } from './timing.ts';

export interface Stages {
  readonly analysis: IStateMachine;
  readonly report: IStateMachine;
}

export function runDefinition(scope: States, functions: TaskFunctions, machines: Stages): DefinitionBody {
  const analysis = stage(scope, 'Analysis', machines.analysis, stages.analysis.state);
  const report = stage(scope, 'Report', machines.report, stages.report.state);
  const reportFallback = task(scope, 'ReportFallback', {
    function: functions['tasks/report-fallback'],
    timing: tasks.reportFallback,
    send: { runId: '$.runId', errorName: '$.reportError' },
    answer: 'ignore',
  });
  const compare = task(scope, 'Compare', {
    function: functions['tasks/compare'],
    timing: tasks.compare,
    send: ['runId'],
    answer: 'ignore',
  });
  const finalise = task(scope, 'Finalise', {
    function: functions['tasks/finalise'],
    timing: tasks.finalise,
    send: 'state',
    answer: 'ignore',
    // Nothing stands behind it inside the machine, so being killed is worth another try as well.
    retryAlso: ['Sandbox.Timedout', 'Runtime.ExitError', Errors.TIMEOUT],
  });

  const noteAnalysisError = note(scope, 'NoteAnalysisError', '$.analysisError');
  analysis.addCatch(noteAnalysisError, { errors: [Errors.ALL], resultPath: '$.analysisError' });
  const noteReportError = note(scope, 'NoteReportError', '$.reportError');
  report.addCatch(noteReportError, { errors: [Errors.ALL], resultPath: '$.reportError' });
  reportFallback.addCatch(compare, everythingUnseen);
  compare.addCatch(finalise, everythingUnseen);
  finalise.addCatch(
    new Fail(scope, 'NotFinalised', { errorPath: '$.error.Error', comment: 'execution-ended concludes the run' }),
    {
      errors: [Errors.ALL],
      resultPath: '$.error',
    },
  );

  analysis.next(report);
  noteAnalysisError.next(report);
  report.next(compare);
  noteReportError.next(reportFallback);
  reportFallback.next(compare);
  compare.next(finalise);
  return DefinitionBody.fromChainable(analysis);
}

/** A child execution, named after the run so that cancelling finds it: `{runId}-analysis`, `{runId}-report`. */
function stage(scope: Construct, name: string, machine: IStateMachine, seconds: number): StepFunctionsStartExecution {
  return new StepFunctionsStartExecution(scope, name, {
    stateMachine: machine,
    integrationPattern: IntegrationPattern.RUN_JOB,
    name: JsonPath.format(`{}-${name.toLowerCase()}`, JsonPath.stringAt('$.runId')),
    input: TaskInput.fromObject({ runId: JsonPath.stringAt('$.runId') }),
    associateWithParent: true,
    taskTimeout: Timeout.duration(Duration.seconds(seconds)),
    resultPath: JsonPath.DISCARD,
  });
}

/** Puts the error's name where its `{ Error, Cause }` was: a Cause travels no further. */
function note(scope: Construct, name: string, at: string): Pass {
  return new Pass(scope, name, { inputPath: `${at}.Error`, resultPath: at });
}
