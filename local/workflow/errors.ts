/** Errors of the workflow runtime. The names are those that Step Functions and Lambda use: callers dispatch on them. */

/** The infrastructure could not be synthesised, or its templates hold something this runtime does not know. */
export class SynthesisFailed extends Error {
  override readonly name = 'SynthesisFailed';
}

/** A function ended without a result. `errorType` is what a Catch sees as `Error`, the message what Lambda reports. */
export class FunctionFailed extends Error {
  override readonly name: string;
  constructor(errorType: string, message: string) {
    super(message);
    this.name = errorType;
  }
}
/** Lambda's own error types. */
export const lambdaErrors = { timedOut: 'Sandbox.Timedout', exited: 'Runtime.ExitError' } as const;

/** A request to the Step Functions API that it refuses; `name` is the error's type on the wire. */
export class StepFunctionsError extends Error {
  override readonly name: StepFunctionsErrorName;
  constructor(name: StepFunctionsErrorName, message: string) {
    super(message);
    this.name = name;
  }
}
export type StepFunctionsErrorName =
  /** The name is taken by an execution that has ended, or that was started with another input. */
  | 'ExecutionAlreadyExists'
  | 'ExecutionDoesNotExist'
  | 'StateMachineDoesNotExist'
  | 'InvalidArn'
  | 'InvalidName'
  /** Not JSON, or over 256 KiB. */
  | 'InvalidExecutionInput'
  | 'InvalidOutput'
  /** Not a token of this runtime. */
  | 'InvalidToken'
  /** The task, or the execution it belongs to, has ended. */
  | 'TaskTimedOut'
  | 'TaskDoesNotExist'
  | 'ValidationException'
  | 'UnknownOperationException';
