import { expect, test } from 'vitest';
import { openShared } from './shared.ts';

test('taking out waits for what nobody waits for any more, and only of that connection', async () => {
  const closed: string[] = [];
  const shared = openShared<string>(async (value) => void closed.push(value));
  const made = Promise.withResolvers<string>();
  const patience = new AbortController();
  const joining = shared.join(['u', 'c', ''], () => made.promise, patience.signal);
  patience.abort(new Error('enough'));
  await expect(joining).rejects.toThrow('enough');

  expect(await shared.takeOut(['u', 'another'])).toEqual([]);
  expect(await shared.takeOut(['another', 'c'])).toEqual([]);
  const takingOut = shared.takeOut(['u', 'c']).then((values) => ({ values, closed: [...closed] }));
  made.resolve('late');
  expect(await takingOut).toEqual({ values: [], closed: ['late'] });
});
