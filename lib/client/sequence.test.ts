import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSequence, type Received } from './sequence.ts';

const received = (stream: string, seq: number, snapshot?: { part: number; of: number }): Received => ({
  stream,
  seq,
  time: '2026-11-23T12:00:00.000Z',
  event: { type: 'STEP_STARTED', stepName: `${stream}/${seq}${snapshot === undefined ? '' : `/${snapshot.part}`}#1` },
  ...(snapshot === undefined ? {} : { snapshot }),
});
const snapshot = (stream: string, seq: number, of = 3): Received[] =>
  Array.from({ length: of }, (_, i) => received(stream, seq, { part: i + 1, of }));
const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

describe('a sequence', () => {
  test('whatever the order and however often: each event once, in order, nothing left', () => {
    const frames = fc
      .integer({ min: 1, max: 40 })
      .chain((n) =>
        fc.tuple(fc.constant(n), fc.shuffledSubarray([...range(1, n), ...range(1, n), ...range(1, n)], { minLength: 3 * n })),
      );
    fc.assert(
      fc.property(frames, ([n, order]) => {
        const sequence = openSequence();
        const delivered = order.flatMap((seq) => sequence.accept(received('S', seq)));
        expect(delivered.map(({ seq }) => seq)).toEqual(range(1, n));
        expect(sequence.gap).toBe(false);
        expect(sequence.cursor).toEqual({ stream: 'S', seq: n });
      }),
    );
  });

  test('what is missing holds back what follows, and is reported', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 1, max: 20 }), (missing, more) => {
        const sequence = openSequence();
        const sent = range(1, missing + more).filter((seq) => seq !== missing);
        expect(sent.flatMap((seq) => sequence.accept(received('S', seq))).map(({ seq }) => seq)).toEqual(range(1, missing - 1));
        expect(sequence.gap).toBe(true);
        expect(sequence.accept(received('S', missing)).map(({ seq }) => seq)).toEqual(range(missing, missing + more));
        expect(sequence.gap).toBe(false);
      }),
    );
  });

  test('a snapshot in any order replaces what came before it; the old stream is then worth nothing', () => {
    const everything = [
      ...range(1, 5).map((seq) => received('old', seq)),
      ...snapshot('new', 7),
      ...range(8, 10).map((seq) => received('new', seq)),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...everything, ...everything], { minLength: 22 }), (frames) => {
        const sequence = openSequence();
        for (const seq of [1, 2]) sequence.accept(received('old', seq));
        // A reader left behind asks again until the new stream is whole.
        const delivered = [...frames, ...everything.slice(5)].flatMap((frame) => sequence.accept(frame));
        const fresh = delivered.filter(({ stream }) => stream === 'new');
        expect(fresh.map(({ seq, snapshot: part }) => [seq, part?.part])).toEqual([
          [7, 1],
          [7, 2],
          [7, 3],
          [8, undefined],
          [9, undefined],
          [10, undefined],
        ]);
        expect(
          delivered.lastIndexOf(delivered.findLast(({ stream }) => stream === 'old') ?? fresh[0] ?? received('x', 1)),
        ).toBeLessThanOrEqual(delivered.length - fresh.length);
        expect(sequence.gap).toBe(false);
        expect(sequence.cursor).toEqual({ stream: 'new', seq: 10 });
      }),
    );
  });

  test('half a snapshot that newer events overtook is no gap', () => {
    const sequence = openSequence();
    sequence.accept(received('S', 1));
    sequence.accept(received('S', 3, { part: 1, of: 2 }));
    expect(sequence.gap).toBe(true);
    for (const seq of [2, 3]) sequence.accept(received('S', seq));
    expect(sequence.gap).toBe(false);
  });
});
