/**
 * What travels over the WebSocket (contracts.md). The events are AG-UI 1.0 (@ag-ui/core); the schemas are ours because this
 * folder imports zod only, and a test parses everything we publish with the official ones.
 */
import * as z from 'zod';
import { type ApiErrorCode, apiErrors } from './errors.ts';
import { runMode, runOutcome, severity, uuid } from './vocabulary.ts';

/** API Gateway closes the socket on a frame over 32 KB; the rest is room for the envelope. */
export const limits = { frameBytes: 32_000, eventBytes: 30_000 } as const;

export const agent = z.enum(['manager', 'extraction', 'assessment', 'report', 'remediation', 'comparison']);
export type Agent = z.infer<typeof agent>;

const name = z.string().min(1).max(200);
const count = z.int().min(0);

export const counts = z.object({
  toolCalls: count,
  filesRead: count,
  findings: count,
  gaps: count,
  degraded: count,
  controlsDone: count,
  controlsTotal: count,
  /** Of the model, in and out. */
  tokens: count,
});
export type Counts = z.infer<typeof counts>;

export const planEntry = z.object({ taskId: uuid, source: z.string(), capability: z.string(), goal: z.string() });
export type PlanEntry = z.infer<typeof planEntry>;

/** The state that STATE_SNAPSHOT carries and STATE_DELTA patches (RFC 6902). `agents` is keyed by stepName and holds the open steps. */
export const runState = z.object({
  outcome: runOutcome.nullable(),
  plan: z.array(planEntry),
  agents: z.record(z.string(), z.object({ agent, item: z.string(), attempt: z.int().min(1), startedAt: z.iso.datetime() })),
  counts,
  /** A guess, corrected as stages begin; null until there is a plan and once the run has ended. */
  expectedEndAt: z.iso.datetime().nullable(),
});
export type RunState = z.infer<typeof runState>;

export const noCounts: Counts = {
  toolCalls: 0,
  filesRead: 0,
  findings: 0,
  gaps: 0,
  degraded: 0,
  controlsDone: 0,
  controlsTotal: 0,
  tokens: 0,
};
export const initialRunState: RunState = { outcome: null, plan: [], agents: {}, counts: noCounts, expectedEndAt: null };

const metadata = z.record(z.string(), z.json());

export const customEvent = z.discriminatedUnion('name', [
  z.object({
    type: z.literal('CUSTOM'),
    name: z.literal('assay.finding'),
    value: z.object({ findingId: uuid, title: z.string(), severity, controlIds: z.array(z.string()) }),
  }),
  z.object({
    type: z.literal('CUSTOM'),
    name: z.literal('assay.degraded'),
    value: z.object({ step: z.string(), reason: z.string() }),
  }),
  z.object({
    type: z.literal('CUSTOM'),
    name: z.literal('assay.gap'),
    value: z.object({ source: z.string(), step: z.string(), reason: z.string(), controls: z.array(z.string()) }),
  }),
  z.object({
    type: z.literal('CUSTOM'),
    name: z.literal('assay.approval'),
    value: z.object({ approvalId: uuid, server: z.string(), tool: z.string(), expiresAt: z.iso.datetime() }),
  }),
]);
export type CustomEvent = z.infer<typeof customEvent>;

const runFinished = z.object({
  type: z.literal('RUN_FINISHED'),
  threadId: uuid,
  runId: uuid,
  /** AG-UI's own word: a partial run is a success that says in `result` what it lacks. */
  outcome: z.object({ type: z.enum(['success', 'cancelled']) }),
  result: z.object({ outcome: runOutcome.exclude(['failed']) }),
});
const runError = z.object({ type: z.literal('RUN_ERROR'), message: z.string(), code: z.string().optional() });

/** One AG-UI event, as published. `threadId` is the project's id; `stepName` is `agent/item#attempt`. */
export const runEventBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('RUN_STARTED'), threadId: uuid, runId: uuid }),
  z.object({ type: z.literal('STEP_STARTED'), stepName: name }),
  z.object({ type: z.literal('STEP_FINISHED'), stepName: name }),
  /** `metadata.step` is the stepName of the step that calls. */
  z.object({
    type: z.literal('TOOL_CALL_START'),
    toolCallId: name,
    toolCallName: z.string(),
    metadata: metadata.optional(),
  }),
  z.object({ type: z.literal('TOOL_CALL_ARGS'), toolCallId: name, delta: z.string() }),
  z.object({ type: z.literal('TOOL_CALL_END'), toolCallId: name }),
  z.object({ type: z.literal('TOOL_CALL_RESULT'), messageId: z.string(), toolCallId: name, content: z.string() }),
  z.object({ type: z.literal('STATE_SNAPSHOT'), snapshot: runState }),
  z.object({
    type: z.literal('STATE_DELTA'),
    delta: z.array(
      z.discriminatedUnion('op', [
        z.object({ op: z.literal('add'), path: z.string(), value: z.json() }),
        z.object({ op: z.literal('replace'), path: z.string(), value: z.json() }),
        z.object({ op: z.literal('remove'), path: z.string() }),
      ]),
    ),
  }),
  customEvent,
  runFinished,
  runError,
]);
export type RunEventBody = z.infer<typeof runEventBody>;
export type TerminalEvent = z.infer<typeof runFinished> | z.infer<typeof runError>;

export const isTerminal = (event: { readonly type: string }): boolean =>
  event.type === 'RUN_FINISHED' || event.type === 'RUN_ERROR';

/** Names one life of a run's stream; a flushed Redis starts another. Never contains the dot of a cursor. */
export const streamId = z.string().regex(/^[A-Za-z0-9_-]{8,32}$/);
const time = z.iso.datetime();

/**
 * A sequence number is gapless within a stream. The parts of a snapshot all carry the number they stand for, and
 * `snapshot` counts them: together they replace everything up to that number.
 */
const sequenced = {
  seq: z.int().min(0),
  time,
  event: runEventBody,
  snapshot: z.object({ part: z.int().min(1), of: z.int().min(1) }).optional(),
};
export const envelope = z.object({ v: z.literal(1), runId: uuid, stream: streamId, ...sequenced });
export type Envelope = z.infer<typeof envelope>;

/** Where a reader stands: everything up to `seq` of `stream` was seen. */
export const cursor = z.object({ stream: streamId, seq: z.int().min(0) });
export type Cursor = z.infer<typeof cursor>;

/** The form a cursor takes in a query string: `stream.seq`. */
export const formatCursor = (at: Cursor): string => `${at.stream}.${at.seq}`;
export const cursorText = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,32}\.\d{1,15}$/)
  .transform((text): Cursor => {
    const dot = text.indexOf('.');
    return { stream: text.slice(0, dot), seq: Number(text.slice(dot + 1)) };
  });

const requestId = z.string().min(1).max(64).optional();
export const clientAction = z.discriminatedUnion('action', [
  z.object({ action: z.literal('subscribe'), requestId, runId: uuid, after: cursor.nullish() }),
  z.object({ action: z.literal('unsubscribe'), requestId, runId: uuid }),
  z.object({
    action: z.literal('start'),
    requestId,
    projectId: uuid,
    frameworkId: z.string().min(1).max(64).optional(),
    mode: runMode.optional(),
    connectionIds: z.array(uuid).max(20).optional(),
    approvals: z.boolean().optional(),
  }),
  z.object({ action: z.literal('cancel'), requestId, runId: uuid }),
  z.object({ action: z.literal('approve'), requestId, approvalId: uuid, decision: z.enum(['approve', 'reject']) }),
  z.object({ action: z.literal('ping'), requestId }),
]);
export type ClientAction = z.infer<typeof clientAction>;

const errorCode = z.custom<ApiErrorCode>((code) => typeof code === 'string' && Object.hasOwn(apiErrors, code));
const refusal = z.object({
  v: z.literal(1),
  kind: z.literal('error'),
  requestId,
  runId: uuid.optional(),
  code: errorCode,
  message: z.string(),
});
const replayEnd = z.object({
  v: z.literal(1),
  kind: z.literal('replay-end'),
  requestId,
  runId: uuid,
  /** Null while nothing is stored: the run has not begun, or Redis lost it. */
  stream: streamId.nullable(),
  seq: z.int().min(0),
});
/** What a follower must understand besides events. */
export const followerMessage = z.discriminatedUnion('kind', [refusal, replayEnd]);

/** Everything the server says that is not one event. `batch` is several consecutive events in one frame. */
export const serverMessage = z.discriminatedUnion('kind', [
  z.object({ v: z.literal(1), kind: z.literal('ack'), requestId, runId: uuid.optional() }),
  z.object({ v: z.literal(1), kind: z.literal('pong'), requestId }),
  z.object({
    v: z.literal(1),
    kind: z.literal('batch'),
    runId: uuid,
    stream: streamId,
    events: z.array(z.object(sequenced)).min(1),
  }),
  refusal,
  replayEnd,
]);
export type ServerMessage = z.infer<typeof serverMessage>;
