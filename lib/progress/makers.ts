/**
 * What tasks publish: small functions that make well-formed events. Counts are given as increments, because ten tasks
 * count at once and only the stream's script knows the sum: it turns a change into the STATE_DELTA that clients get.
 */
import type { Agent, Counts, CustomEvent, PlanEntry, RunEventBody } from '../contract/events.ts';
import { cutText } from './fit.ts';

export interface StateChange {
  readonly type: 'STATE_CHANGE';
  /** Added to the count. */
  readonly add?: Partial<Counts>;
  /** Replaces the count: for a task that knows the total, which also mends what a flushed Redis lost. */
  readonly set?: Partial<Counts>;
  readonly plan?: readonly PlanEntry[];
  /** The run is likely to end so many milliseconds after this was published. */
  readonly expectedInMs?: number;
}

/** State events and terminal events are made by the stream itself. */
export type ProgressEvent =
  | Extract<
      RunEventBody,
      {
        type:
          | 'STEP_STARTED'
          | 'STEP_FINISHED'
          | 'TOOL_CALL_START'
          | 'TOOL_CALL_ARGS'
          | 'TOOL_CALL_END'
          | 'TOOL_CALL_RESULT'
          | 'CUSTOM';
      }
    >
  | { readonly type: 'RUN_STARTED' }
  | StateChange;

export const PLAN_BYTES = 12_000;
const ITEM_CHARS = 80;

/** `agent/item#attempt`; the item never contains the `#`, which separates the attempt. */
export const stepName = (agent: Agent, item: string, attempt: number): string =>
  `${agent}/${cutText(item, ITEM_CHARS).replaceAll('#', '_') || '-'}#${attempt}`;

/** Opens the stream. Publishing without it is allowed (the stream then opens itself), twice is harmless. */
export const runStarted = (): ProgressEvent => ({ type: 'RUN_STARTED' });

/** Starting attempt n closes an earlier attempt of the same item that was killed and could not say so. */
export const stepStarted = (agent: Agent, item: string, attempt: number): ProgressEvent => ({
  type: 'STEP_STARTED',
  stepName: stepName(agent, item, attempt),
});

/** Also closes the tool calls that the step left open. */
export const stepFinished = (agent: Agent, item: string, attempt: number): ProgressEvent => ({
  type: 'STEP_FINISHED',
  stepName: stepName(agent, item, attempt),
});

/** `plan` is cut to what fits a frame; the whole plan is in the database. */
export function stateDelta(change: Omit<StateChange, 'type'>): ProgressEvent {
  if (change.plan === undefined) return { type: 'STATE_CHANGE', ...change };
  const plan: PlanEntry[] = [];
  let bytes = 0;
  for (const { taskId, source, capability, goal } of change.plan) {
    const entry = { taskId, source: cutText(source, 100), capability: cutText(capability, 60), goal: cutText(goal, 160) };
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes > PLAN_BYTES) break;
    plan.push(entry);
  }
  return { type: 'STATE_CHANGE', ...change, plan };
}

const TITLE_CHARS = 300;
const REASON_CHARS = 1_000;
const MAX_IDS = 120;

type WithoutType<E> = E extends unknown ? Omit<E, 'type'> : never;

/** A finding, a gap, a degraded step or an approval that waits, by `name`. Texts are cut to what fits a frame. */
export function custom(event: WithoutType<CustomEvent>): ProgressEvent {
  const type = 'CUSTOM';
  switch (event.name) {
    case 'assay.finding': {
      const { title: text, controlIds } = event.value;
      return { type, ...event, value: { ...event.value, title: title(text), controlIds: ids(controlIds) } };
    }
    case 'assay.gap': {
      const { source, step, reason, controls } = event.value;
      return {
        type,
        ...event,
        value: { source: title(source), step: title(step), reason: cutText(reason, REASON_CHARS), controls: ids(controls) },
      };
    }
    case 'assay.degraded':
      return { type, ...event, value: { step: title(event.value.step), reason: cutText(event.value.reason, REASON_CHARS) } };
    case 'assay.approval':
      return { type, ...event, value: { ...event.value, server: title(event.value.server), tool: title(event.value.tool) } };
  }
}
const title = (text: string): string => cutText(text, TITLE_CHARS);
const ids = (all: readonly string[]): string[] => all.slice(0, MAX_IDS).map((id) => cutText(id, 64));
