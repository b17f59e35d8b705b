import { describe, expect, test } from 'vitest';
import { expectNoDoubles } from '../support/doubles.ts';
import type { Interfere } from '../support/interference.ts';
import { essence } from '../support/same-report.ts';
import { testStack } from '../support/stack.ts';

const tested = await testStack();
const { start, finish } = tested;
const undisturbed = await finish(await start());

const twice: Interfere = async (_, proceed) => {
  await proceed();
  return proceed();
};
const fiveAtOnce: Interfere = (_, proceed) => Promise.any(Array.from({ length: 5 }, proceed));

describe('every task that is delivered', () => {
  test.each([
    { times: 'twice', interfere: twice },
    { times: 'five times at once', interfere: fiveAtOnce },
  ])('$times: the same report, no double row', async ({ interfere }) => {
    const run = await start({ interfere });
    const { report } = await finish(run);
    expect(essence(report)).toEqual(essence(undisturbed.report));
    expect(report.degraded).toEqual([]);
    await expectNoDoubles(tested, run.runId);
  });
});
