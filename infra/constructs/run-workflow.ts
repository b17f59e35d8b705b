/** The three state machines of a run, with logs that carry no payload. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { machineName } from '../grants.ts';
import { analysisDefinition } from '../workflow/analysis-machine.ts';
import { reportDefinition } from '../workflow/report-machine.ts';
import { runDefinition } from '../workflow/run-machine.ts';
import { States, type TaskFunctions } from '../workflow/task.ts';
import { runMachine, stages } from '../workflow/timing.ts';

export interface RunWorkflowProps {
  readonly config: Config;
  readonly functions: TaskFunctions;
}

export class RunWorkflow extends Construct {
  readonly run: StateMachine;
  readonly #config: Config;

  constructor(scope: Construct, id: string, { config, functions }: RunWorkflowProps) {
    super(scope, id);
    this.#config = config;
    const analysis = this.#machine('Analysis', 'analysis', stages.analysis.machine, (inside) =>
      analysisDefinition(inside, functions),
    );
    const report = this.#machine('Report', 'report', stages.report.machine, (inside) => reportDefinition(inside, functions));
    this.run = this.#machine('Run', 'run', runMachine, (inside) => runDefinition(inside, functions, { analysis, report }));
  }

  /** States are made inside a construct of their own, so that two machines may use the same state name. */
  #machine(
    id: string,
    name: 'run' | 'analysis' | 'report',
    timeoutSeconds: number,
    define: (inside: States) => DefinitionBody,
  ): StateMachine {
    const logs = new LogGroup(this, `${id}Logs`, {
      logGroupName: `/aws/vendedlogs/states/${machineName(this.#config, name)}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const inside = new States(this, `${id}States`);
    const machine = new StateMachine(this, `${id}Machine`, {
      stateMachineName: machineName(this.#config, name),
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: define(inside),
      timeout: Duration.seconds(timeoutSeconds),
      tracingEnabled: true,
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
    });
    // Every version, not only the newest: an execution that is under way calls the one that it began with.
    for (const fn of inside.called) fn.grantInvoke(machine);
    return machine;
  }
}
