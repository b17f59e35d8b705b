/** What a reader gets when the events it misses are gone: the run's state, what is open, and the end if there was one. */
import * as z from 'zod';
import { counts, noCounts, planEntry, type RunEventBody, runEventBody, runState } from '../contract/events.ts';
import { runOutcome } from '../contract/vocabulary.ts';

const openCall = z.object({ phase: z.enum(['args', 'pending']), start: z.string() });
const shownAgent = runState.shape.agents.valueType;

/** `fields` are those of the stream's state (append-script.ts). RUN_STARTED, STATE_SNAPSHOT, starts of what is open, terminal event. */
export function snapshotOf(fields: ReadonlyMap<string, string>): RunEventBody[] {
  const steps: RunEventBody[] = [];
  const calls: RunEventBody[] = [];
  const agents: z.infer<typeof runState>['agents'] = {};
  const counted: Record<string, number> = { ...noCounts };
  for (const [field, value] of fields) {
    const name = field.slice(2);
    if (field.startsWith('s:')) {
      steps.push({ type: 'STEP_STARTED', stepName: name });
      if (value !== '') agents[name] = shownAgent.parse(JSON.parse(value));
    } else if (field.startsWith('t:')) {
      const { phase, start } = openCall.parse(JSON.parse(value));
      calls.push(stored(start));
      if (phase === 'pending') calls.push({ type: 'TOOL_CALL_END', toolCallId: name });
    } else if (field.startsWith('n:')) counted[name] = Number(value);
  }
  const text = (field: string): string[] => [fields.get(field)].filter((value) => value !== undefined);
  const state = {
    outcome: runOutcome.nullable().parse(fields.get('done') ?? null),
    plan: text('plan').flatMap((plan) => z.array(planEntry).parse(JSON.parse(plan))),
    agents,
    counts: counts.parse(counted),
    expectedEndAt: fields.get('expected') ?? null,
  };
  return [
    ...text('start').map(stored),
    { type: 'STATE_SNAPSHOT', snapshot: state },
    ...steps,
    ...calls,
    ...text('end').map(stored),
  ];
}

/** Reads back an event that we stored. */
export const stored = (json: string): RunEventBody => runEventBody.parse(JSON.parse(json));
