import { describe, expect, test } from 'vitest';
import { errorNames } from '../../lib/contract/errors.ts';
import { FunctionFailed, lambdaErrors } from '../../local/workflow/errors.ts';
import { gate, type Interfere } from '../support/interference.ts';
import { deepRepository, makeFolder, testStack } from '../support/stack.ts';

// Nothing is scaled: the attempt that is given up has minutes left.
const names = ['overtaken', 'outlived', 'ended'];
const { start, finish, sql, sources } = await testStack({ folders: names.map((name) => makeFolder(deepRepository, name)) });

const timedOut = (path: string): FunctionFailed => new FunctionFailed(lambdaErrors.timedOut, `${path} timed out`);

/** Everything that an extraction writes. */
const rowsOf = (runId: string) =>
  sql(
    `SELECT 'call' AS what, id::text, status || coalesce("resultSha256", '') AS content FROM "ToolCall" WHERE "runId" = $1
     UNION ALL SELECT 'step', name || item, status || attempt || coalesce(reason, '') FROM "Step" WHERE "runId" = $1 AND name = 'extract'
     UNION ALL SELECT 'check', "planTaskId" || "checkId", result || reason FROM "CheckResult" WHERE "runId" = $1
     UNION ALL SELECT 'evidence', id::text, coalesce(quote, statement) FROM "Evidence" WHERE "runId" = $1
     UNION ALL SELECT 'population', what, count || complete::text FROM "Population" WHERE "runId" = $1
     UNION ALL SELECT 'gap', id::text, reason FROM "Gap" WHERE "runId" = $1 ORDER BY 1, 2`,
    [runId],
  );

/**
 * The source stops in the middle of its calls, and its attempt is given up as timed out. Then the run goes on to `until`, the source
 * wakes, and the attempt has its answers.
 */
async function givenUp(place: number, until: string, fallback: 'works' | 'fails') {
  const [source] = sources[place] ?? [];
  if (source === undefined) throw new Error('no source');
  const stalled = Promise.withResolvers<void>();
  const held = gate();
  let late: Promise<unknown> = Promise.resolve();
  const interfere: Interfere = async (call, proceed) => {
    if (call.path === until) await held.pass();
    if (call.path === 'tasks/source-gap' && fallback === 'fails') throw timedOut(call.path);
    if (call.path !== 'tasks/extract') return proceed();
    late = proceed().then(
      () => 'it wrote',
      (error: unknown) => (error instanceof Error ? error.name : error),
    );
    await stalled.promise;
    throw timedOut(call.path);
  };
  const run = await start({ sources: [source], interfere });
  const finished = finish(run, {
    onEvent: (event) => {
      if (event.type !== 'TOOL_CALL_START' || !event.toolCallName.endsWith('list_directory_with_sizes')) return;
      process.kill(-source.bridge.pid, 'SIGSTOP');
      stalled.resolve();
    },
  });
  const wake = async () => {
    process.kill(-source.bridge.pid, 'SIGCONT');
    return late;
  };
  return { run, finished, held, wake };
}

describe('an attempt that was given up, and gets its answers late', () => {
  test('after its fallback: it is refused, and what the fallback wrote stands', async () => {
    const { run, finished, held, wake } = await givenUp(0, 'tasks/assess', 'works');
    await held.reached;
    const before = await rowsOf(run.runId);
    expect(await wake()).toBe(errorNames.stale);
    expect(await rowsOf(run.runId)).toEqual(before);
    held.open();
    const { report } = await finished;
    expect(report.gaps).toEqual([expect.objectContaining({ reason: 'It did not finish in time.' })]);
  });

  test('after its stage, with nobody in its place: it is refused, and the report says that it did not finish', async () => {
    const { run, finished, held, wake } = await givenUp(1, 'tasks/summarise', 'fails');
    await held.reached;
    const before = await rowsOf(run.runId);
    expect(await wake()).toBe(errorNames.stale);
    expect(await rowsOf(run.runId)).toEqual(before);
    held.open();
    const { report } = await finished;
    expect(report.gaps).toEqual([expect.objectContaining({ reason: 'It did not finish (attempt 1).' })]);
  });

  test('after the end of the run: it is refused, and what was sealed is what is stored', async () => {
    const { run, finished, wake } = await givenUp(2, 'nothing', 'works');
    await finished;
    const before = await rowsOf(run.runId);
    expect(await wake()).toBe(errorNames.stale);
    expect(await rowsOf(run.runId)).toEqual(before);
  });
});
