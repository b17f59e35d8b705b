import { describe, expect, test } from 'vitest';
import { initialRunState, type RunEventBody } from '../contract/events.ts';
import { stateAfter } from './run-state.ts';

const stateOf = (...events: RunEventBody[]) => events.reduce((state, event) => stateAfter(state, { event }), initialRunState);
const agent = { agent: 'extraction', item: 'a/b~c', attempt: 1, startedAt: '2026-11-23T12:00:00.000Z' } as const;
const path = '/agents/extraction~1a~1b~0c#1';

describe('stateAfter', () => {
  test('follows counts and open steps, whatever an item is called', () => {
    const began = stateOf({
      type: 'STATE_DELTA',
      delta: [
        { op: 'replace', path: '/counts/gaps', value: 2 },
        { op: 'add', path, value: agent },
      ],
    });
    expect(began).toMatchObject({ counts: { gaps: 2 }, agents: { 'extraction/a/b~c#1': agent } });
    expect(stateAfter(began, { event: { type: 'STATE_DELTA', delta: [{ op: 'remove', path }] } }).agents).toEqual({});
    expect(initialRunState.agents).toEqual({});
  });

  test('a snapshot replaces everything, other events nothing', () => {
    const snapshot = { ...initialRunState, outcome: 'partial' } as const;
    expect(stateOf({ type: 'STATE_SNAPSHOT', snapshot }, { type: 'STEP_STARTED', stepName: 'manager/plan#1' })).toBe(snapshot);
  });

  test.each(['/counts/gaps/deep/er', '/__proto__/polluted', '/nowhere/at/all', ''])('a patch at %j harms nothing', (wrong) => {
    expect(stateOf({ type: 'STATE_DELTA', delta: [{ op: 'add', path: wrong, value: 'x' }] })).toEqual(initialRunState);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('a value of the wrong shape is not taken over', () => {
    expect(stateOf({ type: 'STATE_DELTA', delta: [{ op: 'replace', path: '/counts/gaps', value: 'many' }] })).toBe(
      initialRunState,
    );
  });
});
