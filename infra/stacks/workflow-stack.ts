/** The run: three state machines, their tasks, and what concludes a run that the machines could not. */
import { Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { RunWatch } from '../constructs/run-watch.ts';
import { RunWorkflow } from '../constructs/run-workflow.ts';
import type { WebSocketApi } from '../constructs/websocket-api.ts';
import { makeFunctions } from '../function-factory.ts';
import { eventFunctions, taskFunctions } from '../functions.ts';
import { machineArn } from '../grants.ts';

export interface WorkflowStackProps {
  readonly config: Config;
  readonly bucket: Bucket;
  /** Tasks push progress through it. */
  readonly webSocket: WebSocketApi;
}

export class WorkflowStack extends Stack {
  constructor(scope: Construct, id: string, { config, bucket, webSocket }: WorkflowStackProps) {
    super(scope, id);
    const surroundings = { config, bucket, webSocket, runStateMachineArn: machineArn(this, config, 'run') };
    const workflow = new RunWorkflow(this, 'Workflow', { config, functions: makeFunctions(this, surroundings, taskFunctions) });
    new RunWatch(this, 'Watch', { run: workflow.run, functions: makeFunctions(this, surroundings, eventFunctions) });
  }
}
