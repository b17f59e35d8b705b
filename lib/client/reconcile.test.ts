import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialRunState, type RunEventBody } from '../contract/events.ts';
import { verified } from '../progress/verify.fixture.ts';
import { openReconciler } from './reconcile.ts';

const runId = '00000000-0000-4000-8000-000000000001';
const start: RunEventBody = { type: 'RUN_STARTED', threadId: runId, runId };
const state: RunEventBody = { type: 'STATE_SNAPSHOT', snapshot: initialRunState };
const finish: RunEventBody = {
  type: 'RUN_FINISHED',
  threadId: runId,
  runId,
  outcome: { type: 'success' },
  result: { outcome: 'complete' },
};
const step = (type: 'STEP_STARTED' | 'STEP_FINISHED', stepName: string): RunEventBody => ({ type, stepName });

const name = fc.constantFrom('manager/a#1', 'manager/b#1');
const toolCallId = fc.constantFrom('c1', 'c2');
const anyEvent: fc.Arbitrary<RunEventBody> = fc.oneof(
  { arbitrary: fc.constantFrom(start, state), weight: 1 },
  {
    arbitrary: fc.tuple(fc.constantFrom('STEP_STARTED' as const, 'STEP_FINISHED' as const), name).map((of) => step(...of)),
    weight: 4,
  },
  {
    arbitrary: toolCallId.map((id): RunEventBody => ({ type: 'TOOL_CALL_START', toolCallId: id, toolCallName: 'read' })),
    weight: 2,
  },
  { arbitrary: toolCallId.map((id): RunEventBody => ({ type: 'TOOL_CALL_ARGS', toolCallId: id, delta: '{}' })), weight: 2 },
  { arbitrary: toolCallId.map((id): RunEventBody => ({ type: 'TOOL_CALL_END', toolCallId: id })), weight: 2 },
  {
    arbitrary: toolCallId.map(
      (id): RunEventBody => ({ type: 'TOOL_CALL_RESULT', messageId: `${id}:r`, toolCallId: id, content: '' }),
    ),
    weight: 2,
  },
);

describe('a reconciler', () => {
  test('makes one valid run with one end of anything', async () => {
    const input = fc.array(fc.oneof(anyEvent, fc.array(anyEvent, { maxLength: 6 })), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(input, fc.boolean(), async (arriving, again) => {
        const reconciler = openReconciler();
        const shown = arriving.flatMap((item) =>
          Array.isArray(item) ? reconciler.reset([start, state, ...item]) : reconciler.next(item),
        );
        shown.push(...reconciler.next(start), ...reconciler.next(finish), ...(again ? reconciler.reset([start, finish]) : []));
        expect(await verified(shown)).toEqual(shown.map(({ type }) => type));
        expect(shown.filter(({ type }) => type === 'RUN_FINISHED')).toHaveLength(1);
      }),
    );
  });

  test('a snapshot becomes the difference to what was shown', () => {
    const reconciler = openReconciler();
    for (const event of [start, state, step('STEP_STARTED', 'manager/a#1'), step('STEP_STARTED', 'manager/b#1')])
      reconciler.next(event);
    const shown = reconciler.reset([start, state, step('STEP_STARTED', 'manager/b#1'), step('STEP_STARTED', 'report/c#1')]);
    expect(shown).toEqual([step('STEP_FINISHED', 'manager/a#1'), state, step('STEP_STARTED', 'report/c#1')]);
  });
});
