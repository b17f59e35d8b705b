import { describe, expect, test } from 'vitest';
import { SourceUnavailable } from '../mcp/errors.ts';
import { whenThereIsRoom } from './room.ts';

const full = new SourceUnavailable('cap', 'files was not opened: 10 connections are open');
const patient = { signal: AbortSignal.timeout(60_000) };

/** Fails with these, one after the other, then succeeds. */
function connecting(...errors: readonly Error[]) {
  const left = [...errors];
  let tries = 0;
  return {
    tries: () => tries,
    connect: async () => {
      tries += 1;
      const error = left.shift();
      if (error !== undefined) throw error;
      return 'a session';
    },
  };
}

describe('a source that finds all places taken', () => {
  test('waits for one', async () => {
    const { connect, tries } = connecting(full, full);
    expect(await whenThereIsRoom(connect, patient)).toBe('a session');
    expect(tries()).toBe(3);
  });

  test('is a gap that says so when its deadline comes', async () => {
    const always = async () => {
      throw full;
    };
    await expect(whenThereIsRoom(always, { signal: AbortSignal.timeout(200) })).rejects.toBe(full);
  });

  test('waits out a short outage of Redis as well', async () => {
    const unknown = new SourceUnavailable('cap-unknown', 'files was not opened');
    expect(await whenThereIsRoom(connecting(unknown).connect, patient)).toBe('a session');
  });
});

test('a server that cannot be used is not waited for', async () => {
  const down = new SourceUnavailable('unreachable', 'files could not be reached');
  const { connect, tries } = connecting(down);
  await expect(whenThereIsRoom(connect, patient)).rejects.toBe(down);
  expect(tries()).toBe(1);
});
