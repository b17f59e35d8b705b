/** The context object that Lambda gives a handler. */
import type { Context } from 'aws-lambda';
import { functionArn, localAccount } from './intrinsics.ts';

export interface InvocationFacts {
  readonly requestId: string;
  readonly functionName: string;
  readonly memoryMb: number;
  /** Epoch milliseconds: when the function is given up. */
  readonly deadline: number;
}

const unused = (): never => {
  throw new TypeError('Callbacks are not part of the Node 24 runtime.');
};

export function lambdaContext({ requestId, functionName, memoryMb, deadline }: InvocationFacts): Context {
  return {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(functionName),
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `${localAccount.region}/local`,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: unused,
    fail: unused,
    succeed: unused,
  };
}

/** As Lambda words it. */
export const timedOutMessage = (requestId: string, timeoutMs: number): string =>
  `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`;
