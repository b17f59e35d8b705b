/** What one assessment costs beside the idle stage: measured counts and times, with memory and limits from the templates. */
import { at, functionPath, type Stage } from '../../infra/testing.ts';
import type { Line } from './idle.ts';
import type { Measured } from './measure.ts';
import { perUse } from './prices.ts';

/** Lambda gives a whole processor at this much memory, and a share of one below it. */
const mbOfProcessor = 1769;
/** A cold start at most; `npm run bench -- --only bundles` measures imports well below it. */
const coldStartMs = 1_000;
/** What Lambda itself and the log of a state machine write, for each call and transition. */
const logBytesEach = 2_000;
/** Bounds where a count is not worth an instrument: each is far below a hundredth of a cent. */
const cacheUnitsPerCall = 500;
const keyRequestsPerCall = 2;
/** One reader with the page open, while it runs. */
const socketMinutesAtLeast = 1;

interface Size {
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

const gigabytes = (bytes: number): number => bytes / 2 ** 30;

function sizesOf(stage: Stage): (name: string) => Size {
  const sizes = new Map(
    stage
      .ofType('AWS::Lambda::Function')
      .map((found) => [
        functionPath(found),
        { memoryMb: Number(at(found, 'MemorySize')), timeoutMs: Number(at(found, 'Timeout')) * 1_000 },
      ]),
  );
  return (name) => {
    const size = sizes.get(name);
    if (size === undefined) throw new Error(`no template has a function ${name}`);
    return size;
  };
}

/**
 * All of a measured time counts as work of a processor, which a small function has a share of: its time there is that much longer, up
 * to its limit. Waiting for a server does not become longer, so that the sum is above what is billed.
 */
export function billedMs({ memoryMb, timeoutMs }: Size, ms: number): number {
  return Math.ceil(Math.min(timeoutMs, ms * Math.max(1, mbOfProcessor / memoryMb)));
}

const gbSeconds = ({ memoryMb }: Size, ms: number): number => (memoryMb / 1024) * (ms / 1_000);

export function assessmentLines(stage: Stage, measured: Measured): readonly Line[] {
  const sizeOf = sizesOf(stage);
  const { calls, transitions, executions, frames, evidenceBytes, objects, objectBytes, logBytes, wallMs } = measured;
  const cold = [...new Set(calls.map((call) => call.function))];
  const work = calls.reduce((total, { function: name, ms }) => total + gbSeconds(sizeOf(name), billedMs(sizeOf(name), ms)), 0);
  const starts = cold.reduce((total, name) => total + gbSeconds(sizeOf(name), coldStartMs), 0);
  const count = (prefix: string): number => calls.filter((call) => call.function.startsWith(prefix)).length;
  const natted = stage.ofType('AWS::EC2::NatGateway').length > 0;
  // Entering the first state and leaving the last count as well.
  const steps = transitions + 2 * executions;
  const messages = count('ws/') + frames;
  const socketMinutes = Math.max(socketMinutesAtLeast, Math.ceil(wallMs / 60_000));
  const logged = gigabytes(logBytes + logBytesEach * (calls.length + steps));
  const line = (what: string, amount: number, dollars: number): Line => ({ what, count: amount, dollars });
  return [
    line('Lambda, GB-seconds', work, work * perUse.lambdaGbSecond),
    line('Lambda, GB-seconds of cold starts', starts, starts * perUse.lambdaGbSecond),
    line('Lambda, calls', calls.length, calls.length * perUse.lambdaRequest),
    line('Step Functions, transitions', steps, steps * perUse.stateTransition),
    line('HTTP API, requests', count('api/'), count('api/') * perUse.httpRequest),
    line('WebSocket API, messages', messages, messages * perUse.socketMessage),
    line('WebSocket API, minutes', socketMinutes, socketMinutes * perUse.socketMinute),
    line('Cache, units', calls.length * cacheUnitsPerCall, calls.length * cacheUnitsPerCall * perUse.cacheUnit),
    line('KMS, requests', calls.length * keyRequestsPerCall, calls.length * keyRequestsPerCall * perUse.keyRequest),
    line('S3, files written and read', objects, objects * (perUse.objectPut + perUse.objectGet)),
    line('Logs, GB', logged, logged * perUse.logGb),
    line('CloudWatch, metrics for an hour', measured.metrics, measured.metrics * perUse.metricHour),
    line('Evidence through the NAT, GB', gigabytes(evidenceBytes), natted ? gigabytes(evidenceBytes) * perUse.natGb : 0),
    line('Report files to a reader, GB', gigabytes(objectBytes), gigabytes(objectBytes) * perUse.outwardGb),
  ];
}

/** Were every call to last to its function's limit: the most that a run of as many calls can cost for computing. */
export function worstLambda(stage: Stage, { calls }: Pick<Measured, 'calls'>): number {
  const sizeOf = sizesOf(stage);
  return calls.reduce((total, { function: name }) => {
    const size = sizeOf(name);
    return total + gbSeconds(size, size.timeoutMs) * perUse.lambdaGbSecond;
  }, 0);
}

/** Dollars per million tokens in and out, as OPENAI_PRICE_INPUT and OPENAI_PRICE_OUTPUT give them. */
export const tokenCost = (
  { tokens }: Pick<Measured, 'tokens'>,
  price: { readonly input: number; readonly output: number },
): number => (tokens.input * price.input + tokens.output * price.output) / 1e6;
