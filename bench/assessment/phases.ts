import type { Envelope } from '../../lib/contract/events.ts';
import { isTerminal } from '../../lib/contract/events.ts';

/** By agent, from its first step's start to its last step's end; `conclude` is what comes after all steps. In milliseconds. */
export function phasesOf(envelopes: readonly Envelope[]): Record<string, number> {
  const spans = new Map<string, { from: number; to: number }>();
  let lastStep = Number.NEGATIVE_INFINITY;
  const phases: Record<string, number> = {};
  for (const { event, time } of envelopes) {
    const at = Date.parse(time);
    if (event.type === 'STEP_STARTED' || event.type === 'STEP_FINISHED') {
      const agent = event.stepName.slice(0, event.stepName.indexOf('/'));
      const span = spans.get(agent) ?? { from: at, to: at };
      spans.set(agent, { from: Math.min(span.from, at), to: Math.max(span.to, at) });
      lastStep = Math.max(lastStep, at);
    }
    if (isTerminal(event) && Number.isFinite(lastStep)) phases['conclude'] = at - lastStep;
  }
  for (const [agent, { from, to }] of spans) phases[agent] = to - from;
  return phases;
}
