import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { asOneWrite } from './one-write.ts';

test('what one turn writes goes out once, in order, and the next turn starts anew', async () => {
  const written: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _, done) => {
      written.push(chunk);
      done();
    },
    writev: (chunks, done) => {
      written.push(chunks.map(({ chunk }) => chunk).join(''));
      done();
    },
  });
  for (const text of ['a', 'b', 'c']) {
    asOneWrite(stream, setImmediate);
    stream.write(text);
  }
  expect(written).toEqual([]);
  await nextTurn();
  expect(written).toEqual(['abc']);
  asOneWrite(stream, setImmediate);
  stream.write('d');
  await nextTurn();
  expect(written).toEqual(['abc', 'd']);
});
