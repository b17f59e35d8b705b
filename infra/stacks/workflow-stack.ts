/** The run: three state machines, their tasks, and what concludes a run that the machines could not. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { Releases } from '../constructs/releases.ts';
import { RunWatch } from '../constructs/run-watch.ts';
import { RunWorkflow } from '../constructs/run-workflow.ts';
import { makeFunctions } from '../function-factory.ts';
import { eventFunctions, taskFunctions } from '../functions.ts';
import { lookupIn, publish } from '../parameters.ts';

export class WorkflowStack extends Stack {
  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const surroundings = { config, at: lookupIn(this, config) };
    const workflow = new RunWorkflow(this, 'Workflow', { config, functions: makeFunctions(this, surroundings, taskFunctions) });
    const releases = new Releases(this, 'Releases', config);
    const { deadLetters } = new RunWatch(this, 'Watch', {
      run: workflow.run,
      functions: releases.release(makeFunctions(this, surroundings, eventFunctions)),
    });
    publish(this, config, { 'dead-letters-name': deadLetters.queueName });
  }
}
