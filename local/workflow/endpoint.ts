/** Step Functions' own protocol (AWS JSON 1.0) on loopback, for the unmodified SDK client. */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { joinHeaders } from '../gateway/http-event.ts';
import { BodyTooLarge, type LoopbackServer, readBody, serveLoopback } from '../gateway/loopback-server.ts';
import { type Credentials, verifySignature } from '../objects/signature.ts';
import type { Engine } from './engine.ts';
import { StepFunctionsError, type StepFunctionsErrorName } from './errors.ts';
import { type Execution, maxPayloadBytes } from './executions.ts';
import type { Json } from './json.ts';

export interface EndpointOptions {
  readonly engine: Pick<Engine, 'start' | 'stop' | 'describe' | 'tokens'>;
  /** As lib/runtime/config.ts makes them from LOOPBACK_SECRET: requests must be signed with them. */
  readonly credentials: Credentials;
  readonly port?: number;
}

const maxRequestBytes = 4 * maxPayloadBytes;
type Action = (body: unknown) => Json;

/** `url` is the value of STEP_FUNCTIONS_ENDPOINT. */
export async function startEndpoint({ engine, credentials, port }: EndpointOptions): Promise<LoopbackServer> {
  const actions = actionsOf(engine);
  return serveLoopback(
    async (request, response) => {
      const { status, body } = await answer(request, actions, credentials);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(body));
    },
    port === undefined ? {} : { port },
  );
}

async function answer(
  request: IncomingMessage,
  actions: ReadonlyMap<string, Action>,
  credentials: Credentials,
): Promise<{ status: number; body: Json }> {
  const [, name = ''] = String(request.headers['x-amz-target'] ?? '').split('AWSStepFunctions.');
  const action = actions.get(name);
  if (request.method !== 'POST' || action === undefined) {
    return failure(400, 'UnknownOperationException', `The local runtime has no operation ${name}.`);
  }
  try {
    const body = await readBody(request, maxRequestBytes);
    const { headers } = joinHeaders(request.rawHeaders);
    const verdict = await verifySignature({ method: 'POST', target: request.url ?? '/', headers, body }, credentials, new Date());
    if (verdict !== 'ok') return failure(403, 'AccessDeniedException', `Not signed for this runtime: ${verdict}.`);
    return { status: 200, body: action(JSON.parse(body.toString('utf8'))) };
  } catch (error) {
    if (error instanceof StepFunctionsError) return failure(400, error.name, error.message);
    if (error instanceof z.ZodError) return failure(400, 'ValidationException', z.prettifyError(error));
    if (error instanceof SyntaxError) return failure(400, 'SerializationException', 'The body is not JSON.');
    if (error instanceof BodyTooLarge) return failure(413, 'ValidationException', error.message);
    return failure(500, 'InternalFailure', error instanceof Error ? error.message : String(error));
  }
}

type ErrorName = StepFunctionsErrorName | 'AccessDeniedException' | 'SerializationException' | 'InternalFailure';
const failure = (status: number, name: ErrorName, message: string): { status: number; body: Json } => ({
  status,
  body: { __type: `com.amazonaws.states#${name}`, message },
});

const arn = z.string().min(1).max(256);
const start = z.object({
  stateMachineArn: arn,
  name: z.string().default(() => crypto.randomUUID()),
  input: z.string().default('{}'),
});
const stop = z.object({ executionArn: arn, error: z.string().max(256).optional(), cause: z.string().max(32_768).optional() });
const describe = z.object({ executionArn: arn });
const token = z.string().min(1).max(2_048);
const success = z.object({ taskToken: token, output: z.string().max(maxPayloadBytes) });
const failed = z.object({ taskToken: token, error: z.string().max(256).default(''), cause: z.string().max(32_768).default('') });
const heartbeat = z.object({ taskToken: token });

function actionsOf(engine: EndpointOptions['engine']): ReadonlyMap<string, Action> {
  return new Map<string, Action>([
    [
      'StartExecution',
      (body) => {
        const { stateMachineArn: machineArn, name, input } = start.parse(body);
        const execution = engine.start({ machineArn, name, input });
        return { executionArn: execution.arn, startDate: seconds(execution.startDate) };
      },
    ],
    [
      'StopExecution',
      (body) => {
        const { executionArn, error, cause } = stop.parse(body);
        const reason = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
        const { stopDate, startDate } = engine.stop(executionArn, reason);
        return { stopDate: seconds(stopDate ?? startDate) };
      },
    ],
    ['DescribeExecution', (body) => description(engine.describe(describe.parse(body).executionArn))],
    [
      'SendTaskSuccess',
      (body) => {
        const { taskToken, output } = success.parse(body);
        engine.tokens.succeed(taskToken, parsedOutput(output));
        return {};
      },
    ],
    [
      'SendTaskFailure',
      (body) => {
        const { taskToken, error, cause } = failed.parse(body);
        engine.tokens.fail(taskToken, error, cause);
        return {};
      },
    ],
    [
      'SendTaskHeartbeat',
      (body) => {
        engine.tokens.heartbeat(heartbeat.parse(body).taskToken);
        return {};
      },
    ],
  ]);
}

function description(execution: Execution): Json {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machineArn,
    name: execution.name,
    status: execution.status,
    startDate: seconds(execution.startDate),
    input: execution.input,
    inputDetails: { included: true },
    ...(execution.stopDate !== undefined && { stopDate: seconds(execution.stopDate) }),
    ...(execution.output !== undefined && { output: execution.output, outputDetails: { included: true } }),
    ...(execution.error !== undefined && { error: execution.error }),
    ...(execution.cause !== undefined && { cause: execution.cause }),
  };
}

/** The protocol's timestamps are epoch seconds with a fraction. */
const seconds = (date: Date): number => date.getTime() / 1_000;

function parsedOutput(output: string): Json {
  try {
    return JSON.parse(output);
  } catch {
    throw new StepFunctionsError('InvalidOutput', 'Invalid Output: not JSON.');
  }
}
