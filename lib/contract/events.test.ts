import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientAction, cursorText, envelope, formatCursor, initialRunState, limits, runState, serverMessage } from './events.ts';

const runId = '00000000-0000-4000-8000-000000000001';

describe('a cursor', () => {
  test('survives a query string', () => {
    const cursors = fc.record({ stream: fc.stringMatching(/^[A-Za-z0-9_-]{8,32}$/), seq: fc.nat() });
    fc.assert(
      fc.property(cursors, (cursor) => {
        const query = new URLSearchParams({ after: formatCursor(cursor) });
        expect(cursorText.parse(new URLSearchParams(query.toString()).get('after'))).toEqual(cursor);
      }),
    );
  });

  test.each([
    '',
    'x',
    'short.1',
    'stream-1-xx',
    'stream-1-xx.',
    'stream-1-xx.-1',
    'stream-1-xx.1e3',
    'stream-1-xx.1.2',
    'a b c d e f.1',
  ])('%j is none', (text) => {
    expect(cursorText.safeParse(text).success).toBe(false);
  });
});

describe('messages', () => {
  test('a subscribe may carry a cursor, or none', () => {
    for (const after of [undefined, null, { stream: 'stream-1-xx', seq: 3 }]) {
      expect(clientAction.safeParse({ action: 'subscribe', runId, after }).success).toBe(true);
    }
  });

  test.each([
    { action: 'subscribe', runId: 'x' },
    { action: 'subscribe', runId, after: { stream: 'a:b', seq: 1 } },
    { action: 'delete', runId },
    { action: 'ping', requestId: 'r'.repeat(65) },
  ])('%j is refused', (message) => {
    expect(clientAction.safeParse(message).success).toBe(false);
  });

  test('an error names one of the contract codes', () => {
    const error = { v: 1, kind: 'error', message: 'm' };
    expect(serverMessage.safeParse({ ...error, code: 'NOT_FOUND' }).success).toBe(true);
    expect(serverMessage.safeParse({ ...error, code: 'toString' }).success).toBe(false);
  });

  test('an event travels in its envelope, and the first state is a state', () => {
    const event = { type: 'STATE_SNAPSHOT', snapshot: runState.parse(initialRunState) };
    const sent = { v: 1, runId, stream: 'stream-1-xx', seq: 2, time: '2026-11-23T12:00:00.000Z', event };
    expect(envelope.parse(sent)).toEqual(sent);
    expect(limits.frameBytes).toBeLessThan(32 * 1024);
  });
});
