/** The executions that this runtime knows, and the rules by which a name may be used. */
import { StepFunctionsError } from './errors.ts';
import { executionArn } from './intrinsics.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  /** JSON text, as it was given. */
  readonly input: string;
  readonly startDate: Date;
  readonly status: ExecutionStatus;
  readonly stopDate?: Date;
  /** JSON text, when it succeeded. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export type Ending = Pick<Execution, 'status' | 'output' | 'error' | 'cause'>;

/** Step Functions' limit on input, output and every payload between states. */
export const maxPayloadBytes = 256 * 1024;
const nameShape = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

export interface Executions {
  /**
   * A new execution, or the running one of that name with the same input (`isNew` false).
   * Throws InvalidName, InvalidExecutionInput, ExecutionAlreadyExists.
   */
  begin(
    machine: { readonly name: string; readonly arn: string },
    name: string,
    input: string,
    now: Date,
  ): { execution: Execution; isNew: boolean };
  /** The ended execution, or null when it had ended before. */
  end(arn: string, ending: Ending, now: Date): Execution | null;
  /** Throws ExecutionDoesNotExist. */
  get(arn: string): Execution;
}

export function openExecutions(): Executions {
  const byArn = new Map<string, Execution>();
  const get = (arn: string): Execution => {
    const execution = byArn.get(arn);
    if (execution === undefined) throw new StepFunctionsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  };
  return {
    begin(machine, name, input, startDate) {
      if (!nameShape.test(name)) throw new StepFunctionsError('InvalidName', `Invalid Name: '${name}'`);
      if (!isJson(input)) throw new StepFunctionsError('InvalidExecutionInput', 'Invalid State Machine Execution Input');
      const arn = executionArn(machine.name, name);
      const known = byArn.get(arn);
      if (known?.status === 'RUNNING' && known.input === input) return { execution: known, isNew: false };
      if (known !== undefined) throw new StepFunctionsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      const execution: Execution = { arn, name, machineArn: machine.arn, input, startDate, status: 'RUNNING' };
      byArn.set(arn, execution);
      return { execution, isNew: true };
    },
    end(arn, ending, stopDate) {
      const running = get(arn);
      if (running.status !== 'RUNNING') return null;
      const ended: Execution = { ...running, ...ending, stopDate };
      byArn.set(arn, ended);
      return ended;
    },
    get,
  };
}

function isJson(text: string): boolean {
  if (Buffer.byteLength(text) > maxPayloadBytes) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
