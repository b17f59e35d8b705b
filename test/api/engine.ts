/** Step Functions that starts and stops nothing, and remembers what it was asked. */
import type { EndpointOptions } from '../../local/workflow/endpoint.ts';
import { StepFunctionsError } from '../../local/workflow/errors.ts';
import type { Execution } from '../../local/workflow/executions.ts';
import { openTokens } from '../../local/workflow/tokens.ts';

type Engine = EndpointOptions['engine'];

export interface Machine extends Engine {
  /** Names of the executions that were started, which are run ids. */
  readonly started: string[];
  /** ARNs that a stop was asked for, in order, whether or not there was such an execution. */
  readonly stopped: string[];
  /** A child execution that is under way. */
  begin(child: string): void;
  /** Starts and stops are refused until it is called with false. */
  refuse(refuses: boolean): void;
}

export function rememberingEngine(): Machine {
  const executions = new Map<string, Execution>();
  const started: string[] = [];
  const stopped: string[] = [];
  let refusing = false;
  const unavailable = () => {
    // Not one that the SDK retries.
    if (refusing) throw new StepFunctionsError('ValidationException', 'refused by the test');
  };
  const begun = (machineArn: string, name: string, input: string): Execution => {
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const execution: Execution = { arn, machineArn, name, input, status: 'RUNNING', startDate: new Date() };
    executions.set(arn, execution);
    return execution;
  };
  const found = (arn: string): Execution => {
    const execution = executions.get(arn);
    if (execution === undefined) throw new StepFunctionsError('ExecutionDoesNotExist', arn);
    return execution;
  };
  return {
    started,
    stopped,
    begin: (child) => {
      const machine = child.endsWith('-report') ? 'report' : 'analysis';
      begun(`arn:aws:states:us-east-1:000000000000:stateMachine:assay-test-${machine}`, child, '{}');
    },
    refuse: (refuses) => {
      refusing = refuses;
    },
    start({ machineArn, name, input }) {
      unavailable();
      started.push(name);
      return begun(machineArn, name, input);
    },
    stop(arn) {
      unavailable();
      stopped.push(arn);
      return found(arn);
    },
    describe: found,
    tokens: openTokens(),
  };
}
