/**
 * What a client has shown so far, so that whatever comes next continues it as one valid AG-UI run: after a lost stream a snapshot
 * is turned into the differences (what ended meanwhile is closed, what began is opened), nothing is begun twice, there is one end.
 */
import { isTerminal, type RunEventBody } from '../contract/events.ts';

export interface Reconciler {
  /** The events to show for one that arrived in order. */
  next(event: RunEventBody): RunEventBody[];
  /** The events to show for a snapshot: RUN_STARTED, STATE_SNAPSHOT, starts of what is open, the end if there was one. */
  reset(snapshot: readonly RunEventBody[]): RunEventBody[];
  readonly ended: boolean;
}

type Phase = 'args' | 'pending';
interface OpenWork {
  readonly steps: Set<string>;
  readonly calls: Map<string, Phase>;
}

export function openReconciler(): Reconciler {
  const open: OpenWork = { steps: new Set(), calls: new Map() };
  let started = false;
  let ended = false;

  function next(event: RunEventBody): RunEventBody[] {
    if (ended) return [];
    if (event.type === 'RUN_STARTED') {
      if (started) return [];
      started = true;
      return [event];
    }
    // Nothing of a run can be shown before its beginning.
    if (!started && event.type !== 'RUN_ERROR') return [];
    if (isTerminal(event)) {
      const closing = close(open, { steps: new Set(), calls: new Map() });
      ended = true;
      return [...closing, event];
    }
    return follows(open, event) ? [event] : [];
  }

  return {
    next,
    reset: (snapshot) => {
      const target: OpenWork = { steps: new Set(), calls: new Map() };
      for (const event of snapshot) follows(target, event);
      const [beginning, rest] = [snapshot.filter(isStart), snapshot.filter((event) => !isStart(event))];
      const begun = beginning.flatMap(next);
      return [...begun, ...(ended ? [] : close(open, target)), ...rest.flatMap(next)];
    },
    get ended() {
      return ended;
    },
  };
}

const isStart = (event: RunEventBody): boolean => event.type === 'RUN_STARTED';

/** Notes what an event opens or closes. False when it would open what is open or continue what is not. */
function follows({ steps, calls }: OpenWork, event: RunEventBody): boolean {
  switch (event.type) {
    case 'STEP_STARTED':
      return !steps.has(event.stepName) && steps.add(event.stepName) !== undefined;
    case 'STEP_FINISHED':
      return steps.delete(event.stepName);
    case 'TOOL_CALL_START':
      return !calls.has(event.toolCallId) && calls.set(event.toolCallId, 'args') !== undefined;
    case 'TOOL_CALL_ARGS':
      return calls.get(event.toolCallId) === 'args';
    case 'TOOL_CALL_END':
      return calls.get(event.toolCallId) === 'args' && calls.set(event.toolCallId, 'pending') !== undefined;
    case 'TOOL_CALL_RESULT':
      return calls.get(event.toolCallId) === 'pending' && calls.delete(event.toolCallId);
    default:
      return true;
  }
}

/** Closes what is open and not in `target`; how it ended was lost with the stream. */
function close(open: OpenWork, target: OpenWork): RunEventBody[] {
  const closing: RunEventBody[] = [];
  for (const [toolCallId, phase] of open.calls) {
    if (target.calls.has(toolCallId)) continue;
    if (phase === 'args') closing.push({ type: 'TOOL_CALL_END', toolCallId });
    closing.push({ type: 'TOOL_CALL_RESULT', messageId: `${toolCallId}:result`, toolCallId, content: '{"status":"unknown"}' });
    open.calls.delete(toolCallId);
  }
  for (const stepName of open.steps) {
    if (target.steps.has(stepName)) continue;
    closing.push({ type: 'STEP_FINISHED', stepName });
    open.steps.delete(stepName);
  }
  return closing;
}
