/** The protocol of a CloudFormation custom resource: whatever happens, it is told, or the deployment waits until it gives up. */
import * as z from 'zod';
import { errorName } from '../../../lib/runtime/errors.ts';
import type { TaskContext } from '../../../lib/runtime/task.ts';

export const request = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url({ protocol: /^https?$/ }),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
});

/** A short answer to a place nearby: less than what deadlineSignal leaves before the function is killed. */
const ANSWER_MS = 4_000;

/** Throws only when CloudFormation could not be told; Lambda then calls the function again. */
export async function answer(
  { RequestType, ResponseURL, StackId, RequestId, LogicalResourceId }: z.output<typeof request>,
  { logger }: Pick<TaskContext, 'logger'>,
  work: () => Promise<void>,
): Promise<void> {
  let failure: string | null = null;
  try {
    // The tables outlive the resource: they go with the database or not at all.
    if (RequestType !== 'Delete') await work();
  } catch (error) {
    logger.error('the deployment is stopped', { error });
    failure = reason(error);
  }
  const told = {
    Status: failure === null ? 'SUCCESS' : 'FAILED',
    ...(failure !== null && { Reason: failure }),
    // Always the same, so that an update replaces nothing.
    PhysicalResourceId: 'schema',
    StackId,
    RequestId,
    LogicalResourceId,
  };
  const response = await fetch(ResponseURL, {
    method: 'PUT',
    // Signed without a content type.
    headers: { 'content-type': '' },
    body: JSON.stringify(told),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (!response.ok) throw new NotTold(`CloudFormation answered ${response.status}.`);
}

class NotTold extends Error {
  override readonly name = 'NotTold';
}

/** What a person can act on: our own message, or PostgreSQL's code, whose message could quote a row. */
function reason(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (typeof code === 'string') return `${errorName(error)} ${code}`;
  return error instanceof Error && error.name === 'MigrationRefused' ? `${error.name}: ${error.message}` : errorName(error);
}
