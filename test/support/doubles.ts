import { expect } from 'vitest';
import type { TestStack } from './stack.ts';

/** Rows that a repeated write would double: those whose key does not already forbid it. */
export async function expectNoDoubles({ sql }: Pick<TestStack, 'sql'>, runId: string): Promise<void> {
  const doubles = await sql(
    `SELECT 'evidence' AS what, count(*)::int AS times FROM "Evidence" WHERE "runId" = $1
       GROUP BY kind, "toolCallIds", start, "end", predicate::text HAVING count(*) > 1
     UNION ALL SELECT 'gap', count(*)::int FROM "Gap" WHERE "runId" = $1 GROUP BY item, reason HAVING count(*) > 1
     UNION ALL SELECT 'finding', count(*)::int FROM "Finding" WHERE "runId" = $1
       GROUP BY "planTaskId", "checkId", CASE WHEN "checkId" IS NULL THEN title || "controlIds"::text END HAVING count(*) > 1
     UNION ALL SELECT 'remediation', count(*)::int FROM "Remediation" WHERE "runId" = $1 GROUP BY title HAVING count(*) > 1`,
    [runId],
  );
  expect(doubles).toEqual([]);
}
