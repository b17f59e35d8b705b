/** Nothing sticks: a run whose machine failed, timed out or was stopped is concluded, and a sweep finds what no event told of. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { EventFunction } from '../functions.ts';
import { sweepEverySeconds } from '../workflow/timing.ts';

export interface RunWatchProps {
  /** The outer machine: only its executions are runs. */
  readonly run: StateMachine;
  readonly functions: Readonly<Record<EventFunction, IFunction>>;
}

export class RunWatch extends Construct {
  /** Ends of runs that could not be dealt with. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { run, functions }: RunWatchProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    new Rule(this, 'Ended', {
      description: 'A run ended without its own last step',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [run.stateMachineArn] },
      },
      targets: [
        new LambdaFunction(functions['events/execution-ended'], {
          deadLetterQueue: this.deadLetters,
          retryAttempts: 8,
          maxEventAge: Duration.hours(2),
        }),
      ],
    });
    new Rule(this, 'Sweep', {
      description: 'Runs that are overdue, and runs that were never started',
      schedule: Schedule.rate(Duration.seconds(sweepEverySeconds)),
      // A missed sweep is made good by the next one.
      targets: [new LambdaFunction(functions['events/sweep'], { retryAttempts: 0 })],
    });
  }
}
