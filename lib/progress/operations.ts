/** Turns events into what the append script reads. Texts that it only stores stay opaque JSON, so that Lua never re-encodes them. */
import { type Counts, initialRunState, limits, type RunEventBody, runEventBody, type TerminalEvent } from '../contract/events.ts';
import type { RunOutcome } from '../contract/vocabulary.ts';
import type { ProgressEvent, StateChange } from './makers.ts';

/** A run as its stream knows it. `epoch` fences: see evidence.md, attempts. */
export interface RunRef {
  readonly runId: string;
  readonly projectId: string;
  readonly epoch: number;
}

export type Operation =
  /** Changes nothing, but a batch opens a stream that isn't there. */
  | { kind: 'open' }
  | { kind: 'step'; step: string; base: string; attempt: number; json: string; agent: string }
  | { kind: 'finish'; step: string }
  | { kind: 'call'; id: string; step?: string; base?: string; attempt?: number; json: string }
  | { kind: 'args' | 'end'; id: string; json: string }
  | { kind: 'result'; id: string; content: string }
  | { kind: 'state'; counts: [keyof Counts, 'add' | 'set', number][]; plan?: string; expected?: string }
  | { kind: 'plain'; json: string };

/** At this size a snapshot with a whole plan still fits one frame: 12 KB of plan, 45 x 400 bytes of agents. */
const MAX_AGENTS_SHOWN = 45;
/** 12 h: longer than any run and the wait for its reader; afterwards the archive answers. */
const TTL_SECONDS = 12 * 3600;
/** About ten times the events of a run over 40 sources. */
const STREAM_CAP = 10_000;

export interface Batch {
  readonly run: RunRef;
  /** Names the publishing process and counts its batches, so that a batch sent twice is appended once. */
  readonly writer: string;
  readonly batch: number;
  /** The id the stream takes if there is none. */
  readonly freshStream: string;
  readonly now: Date;
  readonly ops: readonly Operation[];
  readonly outcome?: { readonly outcome: RunOutcome; readonly message?: string };
}

/** The script's argument. */
export function appendInput(batch: Batch): string {
  const { runId, projectId, epoch } = batch.run;
  const event = (body: RunEventBody): string => JSON.stringify(body);
  return JSON.stringify({
    epoch,
    writer: batch.writer,
    batch: batch.batch,
    stream: batch.freshStream,
    now: batch.now.toISOString(),
    ttl: TTL_SECONDS,
    cap: STREAM_CAP,
    maxAgents: MAX_AGENTS_SHOWN,
    start: event({ type: 'RUN_STARTED', threadId: projectId, runId }),
    snapshot: event({ type: 'STATE_SNAPSHOT', snapshot: initialRunState }),
    ops: batch.ops,
    ...(batch.outcome === undefined
      ? {}
      : { terminal: { outcome: batch.outcome.outcome, json: event(terminalEvent(batch.run, batch.outcome)) } }),
  });
}

/** Complete, partial and cancelled runs finish; a failed one ends with an error. */
export function terminalEvent(run: RunRef, end: { readonly outcome: RunOutcome; readonly message?: string }): TerminalEvent {
  const { projectId: threadId, runId } = run;
  switch (end.outcome) {
    case 'failed':
      return { type: 'RUN_ERROR', message: end.message ?? 'The run failed; its report says what was seen.', code: 'RUN_FAILED' };
    case 'cancelled':
      return { type: 'RUN_FINISHED', threadId, runId, outcome: { type: 'cancelled' }, result: { outcome: end.outcome } };
    case 'complete':
    case 'partial':
      return { type: 'RUN_FINISHED', threadId, runId, outcome: { type: 'success' }, result: { outcome: end.outcome } };
  }
}

/** Empty for an event that is none of the contract's, that no frame can hold, or whose step has no proper name. */
export function operationsOf(event: ProgressEvent, now: Date): Operation[] {
  if (event.type === 'RUN_STARTED') return [{ kind: 'open' }];
  if (event.type === 'STATE_CHANGE') return [stateOperation(event, now)];
  // Whatever gets into the stream must be readable again, by the snapshot, the archive and every client.
  if (!runEventBody.safeParse(event).success) return [];
  const json = JSON.stringify(event);
  if (Buffer.byteLength(json) > limits.eventBytes) return [];
  switch (event.type) {
    case 'STEP_STARTED': {
      const step = parseStepName(event.stepName);
      if (step === null) return [];
      const agent = JSON.stringify({ agent: step.agent, item: step.item, attempt: step.attempt, startedAt: now.toISOString() });
      return [{ kind: 'step', step: event.stepName, base: step.base, attempt: step.attempt, json, agent }];
    }
    case 'STEP_FINISHED':
      return [{ kind: 'finish', step: event.stepName }];
    case 'TOOL_CALL_START': {
      const name = event.metadata?.['step'];
      const step = typeof name === 'string' ? parseStepName(name) : null;
      if (typeof name !== 'string' || step === null) return [{ kind: 'call', id: event.toolCallId, json }];
      return [{ kind: 'call', id: event.toolCallId, step: name, base: step.base, attempt: step.attempt, json }];
    }
    case 'TOOL_CALL_ARGS':
      return [{ kind: 'args', id: event.toolCallId, json }];
    case 'TOOL_CALL_END':
      return [{ kind: 'end', id: event.toolCallId, json }];
    case 'TOOL_CALL_RESULT':
      return [{ kind: 'result', id: event.toolCallId, content: event.content }];
    case 'CUSTOM':
      return [{ kind: 'plain', json }];
  }
}

const STEP_NAME = /^((\w+)\/([^#]+))#([1-9]\d{0,8})$/s;

function parseStepName(name: string): { base: string; agent: string; item: string; attempt: number } | null {
  const [, base, agent, item, attempt] = STEP_NAME.exec(name) ?? [];
  if (base === undefined || agent === undefined || item === undefined || attempt === undefined) return null;
  return { base, agent, item, attempt: Number(attempt) };
}

const countNames = [
  'toolCalls',
  'filesRead',
  'findings',
  'gaps',
  'degraded',
  'controlsDone',
  'controlsTotal',
  'tokens',
] as const satisfies readonly (keyof Counts)[];

function stateOperation({ add, set, plan, expectedInMs }: StateChange, now: Date): Operation {
  const counts: [keyof Counts, 'add' | 'set', number][] = [];
  for (const name of countNames) {
    const total = set?.[name];
    if (total !== undefined) counts.push([name, 'set', Math.max(0, Math.trunc(total))]);
    const more = add?.[name];
    if (more !== undefined && more !== 0) counts.push([name, 'add', Math.trunc(more)]);
  }
  return {
    kind: 'state',
    counts,
    ...(plan === undefined ? {} : { plan: JSON.stringify(plan) }),
    ...(expectedInMs === undefined ? {} : { expected: new Date(now.getTime() + expectedInMs).toISOString() }),
  };
}
