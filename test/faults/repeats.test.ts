import { describe, expect, test } from 'vitest';
import type { Interfere } from '../support/interference.ts';
import { essence } from '../support/same-report.ts';
import { testStack } from '../support/stack.ts';

const { start, finish, sql } = await testStack();
const undisturbed = await finish(await start());

/** Tables whose rows have no key of their own kind: what a repeated write would double. */
async function expectNoDoubles(runId: string): Promise<void> {
  const doubles = await sql(
    `SELECT 'evidence' AS what, count(*)::int AS times FROM "Evidence" WHERE "runId" = $1
       GROUP BY step, item, kind, "toolCallIds", start, "end", predicate::text HAVING count(*) > 1
     UNION ALL SELECT 'gap', count(*)::int FROM "Gap" WHERE "runId" = $1 GROUP BY step, item, source, reason HAVING count(*) > 1
     UNION ALL SELECT 'remediation', count(*)::int FROM "Remediation" WHERE "runId" = $1 GROUP BY title HAVING count(*) > 1`,
    [runId],
  );
  expect(doubles).toEqual([]);
}

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
    await expectNoDoubles(run.runId);
  });
});
