import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTurns } from './turns.ts';

test('work of one connection runs in order, one at a time, however long each takes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 8 }), async (ticks) => {
      const turns = openTurns();
      const done: number[] = [];
      let running = 0;
      const work = (at: number, wait: number) => async () => {
        running += 1;
        expect(running).toBe(1);
        for (let tick = 0; tick < wait; tick += 1) await Promise.resolve();
        running -= 1;
        done.push(at);
      };
      await Promise.all(ticks.map((wait, at) => turns.take('a', work(at, wait), false)));
      expect(done).toEqual(ticks.map((_, at) => at));
    }),
  );
});

test('another connection waits for nothing', async () => {
  const turns = openTurns();
  const stuck = Promise.withResolvers<void>();
  const first = turns.take('a', () => stuck.promise, false);
  const done: string[] = [];
  await turns.take('b', async () => void done.push('b'), false);
  expect(done).toEqual(['b']);
  stuck.resolve();
  await first;
});

test('who is eight behind is left out, but for what must run; afterwards all is as before', async () => {
  const turns = openTurns();
  const stuck = Promise.withResolvers<void>();
  const done: string[] = [];
  const note = (name: string) => async () => void done.push(name);
  const all = [turns.take('a', () => stuck.promise, false)];
  for (const name of ['1', '2', '3', '4', '5', '6', '7', 'left out']) all.push(turns.take('a', note(name), false));
  all.push(turns.take('a', note('end'), true));
  stuck.resolve();
  await Promise.all(all);
  await turns.take('a', note('later'), false);
  expect(done).toEqual(['1', '2', '3', '4', '5', '6', '7', 'end', 'later']);
});
