import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stateDelta } from '../progress/makers.ts';
import { gathered, sayAll } from './gathered.ts';

const run = (epoch = 0) => ({ runId: 'r', projectId: 'p', epoch });
const event = (tokens: number) => stateDelta({ add: { tokens } });

function publisher() {
  const sent: [epoch: number, count: number][] = [];
  return {
    sent,
    publish: async ({ epoch }: { epoch: number }, events: readonly unknown[]) => void sent.push([epoch, events.length]),
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what the steps of a run say', () => {
  test('at about the same time goes out together, in order', async () => {
    const progress = publisher();
    const [one, other] = [gathered(progress, run(), false), gathered(progress, run(), false)];
    one.say([event(1)]);
    other.say([event(2), event(3)]);
    expect(progress.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(progress.sent).toEqual([[0, 3]]);
  });

  test('is through when the last of them ends, and waits for nothing while another is at work', async () => {
    const progress = publisher();
    const [one, other] = [gathered(progress, run(), false), gathered(progress, run(), false)];
    one.say([event(1)]);
    await one.end();
    expect(progress.sent).toEqual([]);
    other.say([event(2)]);
    await other.end();
    expect(progress.sent).toEqual([[0, 2]]);
  });

  test('in two stages goes out as two batches', async () => {
    const progress = publisher();
    const [one, other] = [gathered(progress, run(0), false), gathered(progress, run(1), false)];
    one.say([event(1)]);
    other.say([event(2)]);
    await one.end();
    await other.end();
    expect(progress.sent).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  test('is out before the end of the run is told, though one was left behind', async () => {
    const progress = publisher();
    const [, other] = [gathered(progress, run(), false), gathered(progress, run(), false)];
    other.say([event(1)]);
    await other.end();
    await sayAll(progress, 'r');
    expect(progress.sent).toEqual([[0, 1]]);
  });

  test('is not waited for where the process lives on, and goes out with what the next step says', async () => {
    const progress = publisher();
    const one = gathered(progress, run(), true);
    one.say([event(1)]);
    await one.end();
    const next = gathered(progress, run(), true);
    next.say([event(2)]);
    expect(progress.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(progress.sent).toEqual([[0, 2]]);
    next.say([event(3)]);
    await next.end();
    await sayAll(progress, 'r');
    expect(progress.sent).toEqual([
      [0, 2],
      [0, 1],
    ]);
  });

  test('waits for more, but not for long, while what goes out takes long to get through', async () => {
    const progress = publisher();
    const slow = {
      publish: (...given: Parameters<typeof progress.publish>) => progress.publish(...given).then(() => pause(200)),
    };
    const step = gathered(slow, run(), true);
    step.say([event(1)]);
    await vi.advanceTimersByTimeAsync(250 + 200);
    step.say([event(2)]);
    await vi.advanceTimersByTimeAsync(450);
    step.say([event(3)]);
    expect(progress.sent).toEqual([[0, 1]]);
    await vi.advanceTimersByTimeAsync(50);
    expect(progress.sent).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });
});
