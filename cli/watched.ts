/** What was seen of a run, event by event: all that the terminal shows of it. Pure. */
import * as z from 'zod';
import { stateAfter } from '../lib/client/run-state.ts';
import { type Envelope, initialRunState, type RunEventBody, type RunState } from '../lib/contract/events.ts';

/** A tool call as shown: one entry may stand for many calls of a tool (lib/progress/tool-calls.ts). */
export interface SeenCall {
  readonly id: string;
  readonly source: string;
  readonly tool: string;
  readonly calls: number;
  readonly startedAt: Date;
  /** Null while it goes on; `ms` null when nobody waited for its result. */
  readonly end: { readonly ms: number | null; readonly failed: number } | null;
}

export interface Watched {
  readonly state: RunState;
  /** Steps that have ended, in the order in which they did. */
  readonly ended: readonly string[];
  readonly notes: readonly string[];
  /** The newest, oldest first. */
  readonly calls: readonly SeenCall[];
}

export const nothingSeen: Watched = { state: initialRunState, ended: [], notes: [], calls: [] };

const CALLS_KEPT = 3;

export function watched(before: Watched, envelope: Envelope): Watched {
  const { event } = envelope;
  const said = remark(event);
  return {
    state: stateAfter(before.state, envelope),
    ended: event.type === 'STEP_FINISHED' ? [...before.ended, event.stepName] : before.ended,
    notes: said === null ? before.notes : [...before.notes, said],
    calls: callsAfter(before.calls, envelope),
  };
}

const shownMetadata = z.object({ source: z.string(), tool: z.string(), calls: z.number() });
const shownResult = z.object({ durationMs: z.number(), failed: z.number() });

function callsAfter(before: readonly SeenCall[], { event, time }: Envelope): readonly SeenCall[] {
  if (event.type === 'TOOL_CALL_START') {
    const { source, tool, calls } = shownMetadata.safeParse(event.metadata).data ?? {
      source: '',
      tool: event.toolCallName,
      calls: 1,
    };
    return [...before, { id: event.toolCallId, source, tool, calls, startedAt: new Date(time), end: null }].slice(-CALLS_KEPT);
  }
  if (event.type !== 'TOOL_CALL_RESULT') return before;
  const { durationMs: ms, failed } = resultOf(event.content) ?? { durationMs: null, failed: 0 };
  return before.map((call) => (call.id === event.toolCallId ? { ...call, end: { ms, failed } } : call));
}

function resultOf(content: string): z.infer<typeof shownResult> | null {
  try {
    return shownResult.safeParse(JSON.parse(content)).data ?? null;
  } catch {
    return null;
  }
}

/** What is worth a line of its own. */
export function remark(event: RunEventBody): string | null {
  if (event.type === 'RUN_ERROR') return event.message;
  if (event.type !== 'CUSTOM') return null;
  switch (event.name) {
    case 'assay.gap':
      return `not seen: ${event.value.source}: ${event.value.reason}`;
    case 'assay.degraded':
      return `degraded: ${event.value.step}: ${event.value.reason}`;
    case 'assay.finding':
    case 'assay.approval':
      return null;
  }
}
