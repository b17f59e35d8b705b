import { EventSchemas } from '@ag-ui/core/schemas';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../contract/events.ts';
import { cutText, type Json, jsonWithin } from './fit.ts';
import { custom, type ProgressEvent, runStarted, stateDelta, stepFinished, stepName, stepStarted } from './makers.ts';
import { operationsOf, terminalEvent } from './operations.ts';
import { toolCallEvents } from './tool-calls.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 3000 }),
  fc.constant('\ud800\0"\\'),
);
const json: fc.Arbitrary<Json> = fc.json({ maxDepth: 5 }).map((text): Json => JSON.parse(text));
const id = '00000000-0000-4000-8000-000000000001';
const now = new Date(0);

/** What a client gets of an event that is published as it is. */
function wire(event: ProgressEvent): unknown[] {
  return operationsOf(event, now).flatMap((op) => ('json' in op ? [JSON.parse(op.json)] : []));
}

describe('makers', () => {
  test('every event with any text is AG-UI, fits a frame and suits jsonb', () => {
    fc.assert(
      fc.property(anyText, fc.dictionary(anyText, json), fc.array(anyText, { maxLength: 200 }), (text, args, ids) => {
        const step = stepName('extraction', text, 3);
        const events: ProgressEvent[] = [
          stepStarted('extraction', text, 3),
          ...toolCallEvents(step, [
            { id, server: text, tool: text, args },
            { id: `${id}-2`, server: text, tool: text, args },
          ]).started.filter((event) => event.type !== 'TOOL_CALL_END'),
          custom({ name: 'assay.gap', value: { source: text, step: text, reason: text, controls: ids } }),
          custom({ name: 'assay.degraded', value: { step: text, reason: text } }),
          custom({ name: 'assay.finding', value: { findingId: id, title: text, severity: 'high', controlIds: ids } }),
          custom({ name: 'assay.approval', value: { approvalId: id, server: text, tool: text, expiresAt: now.toISOString() } }),
        ];
        for (const event of events) {
          const sent = wire(event);
          expect(sent).toHaveLength(1);
          expect(EventSchemas.safeParse(sent[0]).success).toBe(true);
          expect(Buffer.byteLength(JSON.stringify(sent[0]))).toBeLessThan(limits.eventBytes);
          expect(JSON.stringify(sent[0])).not.toMatch(/\\u0000|\\ud[89a-f]/);
        }
      }),
    );
  });

  test('a plan of any size fits a frame', () => {
    const entry = { taskId: id, source: 's'.repeat(900), capability: 'c'.repeat(900), goal: '\u{1f600}'.repeat(900) };
    const [op] = operationsOf(stateDelta({ plan: Array.from({ length: 400 }, () => entry) }), now);
    expect(op?.kind === 'state' ? Buffer.byteLength(op.plan ?? '') : 0).toBeGreaterThan(1_000);
    expect(op?.kind === 'state' ? Buffer.byteLength(op.plan ?? '') : 0).toBeLessThan(13_000);
  });

  test('a step name says agent, item and attempt, whatever the item is called', () => {
    expect(stepName('manager', 'plan', 1)).toBe('manager/plan#1');
    expect(stepName('assessment', 'a#b/c', 2)).toBe('assessment/a_b/c#2');
    expect(stepName('report', '', 1)).toBe('report/-#1');
  });

  test('every outcome ends the run in one AG-UI event', () => {
    const run = { runId: id, projectId: id, epoch: 1 };
    const ends = (['complete', 'partial', 'cancelled', 'failed'] as const).map((outcome) => terminalEvent(run, { outcome }));
    expect(ends.map(({ type }) => type)).toEqual(['RUN_FINISHED', 'RUN_FINISHED', 'RUN_FINISHED', 'RUN_ERROR']);
    for (const end of ends) expect(EventSchemas.safeParse(end).success).toBe(true);
  });

  test('the run and each state change become operations', () => {
    expect(operationsOf(runStarted(), now)).toEqual([{ kind: 'open' }]);
    expect(operationsOf(stateDelta({ add: { toolCalls: 3 }, set: { gaps: 1 } }), now)).toEqual([
      {
        kind: 'state',
        counts: [
          ['toolCalls', 'add', 3],
          ['gaps', 'set', 1],
        ],
      },
    ]);
    expect(operationsOf(stepFinished('manager', 'plan', 1), now)).toEqual([{ kind: 'finish', step: 'manager/plan#1' }]);
  });
});

describe('toolCallEvents', () => {
  const call = (n: number, tool = 'read') => ({ id: `call-${n}`, server: 'files', tool, args: { path: `f${n}` } });

  test('a thousand reads are one call that says so', () => {
    const { started, finished } = toolCallEvents(
      'extraction/x#1',
      Array.from({ length: 1_000 }, (_, n) => call(n)),
    );
    expect(started.map(({ type }) => type)).toEqual(['TOOL_CALL_START', 'TOOL_CALL_ARGS', 'TOOL_CALL_END']);
    const results = Array.from({ length: 999 }, (_, n) => ({ id: `call-${n}`, status: 'ok', durationMs: n, bytes: 2 }) as const);
    const [end, ...more] = finished(results);
    expect(more).toEqual([]);
    expect(end).toMatchObject({ toolCallId: 'call-0' });
    expect(end?.type === 'TOOL_CALL_RESULT' ? JSON.parse(end.content) : null).toEqual({
      calls: 1_000,
      ok: 999,
      failed: 1,
      bytes: 1_998,
      durationMs: 998,
    });
  });

  test('one call shows its own arguments; tools are kept apart', () => {
    const { started } = toolCallEvents('extraction/x#1', [call(1), call(2, 'list'), call(3)]);
    const deltas = started.flatMap((event) => (event.type === 'TOOL_CALL_ARGS' ? [JSON.parse(event.delta)] : []));
    expect(deltas).toEqual([{ calls: 2, first: [{ path: 'f1' }, { path: 'f3' }] }, { path: 'f2' }]);
  });
});

describe('cutting', () => {
  test('never exceeds the limit, never splits a character', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 10, max: 100 }), (text, max) => {
        const cut = cutText(text, max);
        expect(cut.length).toBeLessThanOrEqual(max);
        expect(cut.isWellFormed()).toBe(true);
      }),
    );
  });

  test('any JSON fits the bytes given, and stays JSON', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 20, max: 2_000 }), (value, max) => {
        const text = jsonWithin(value, max);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(max);
        expect(() => JSON.parse(text)).not.toThrow();
      }),
    );
  });
});
