/** Kills functions of a run at a point, in processes of their own, and notes what the ledger held at that moment. */
import { resolve } from 'node:path';
import { afterAll } from 'vitest';
import { openChildProcesses } from '../../local/workflow/child-process.ts';
import type { KillPoint } from '../../local/workflow/child-protocol.ts';
import { FunctionFailed, lambdaErrors } from '../../local/workflow/errors.ts';
import type { Call, Interfere } from '../support/interference.ts';
import type { TestStack } from '../support/stack.ts';
import type { Kill } from './kill-plan.ts';
import { callKey, type Lane } from './lanes.ts';

export async function openKilling({ stack, sql }: Pick<TestStack, 'stack' | 'sql'>) {
  const doomed = new WeakMap<object, KillPoint>();
  const children = await openChildProcesses({
    root: resolve(import.meta.dirname, '..', '..'),
    functions: stack.machines.functions,
    environment: { values: stack.environment, always: stack.environment },
    killAt: ({ payload }) => doomed.get(Object(payload)),
  });
  afterAll(() => children.close());

  /** Runs the call in a process of its own, which ends by SIGKILL; where it comes to an answer first, nobody is told of it. */
  async function killed({ path, payload, timeoutMs }: Call, point: KillPoint, as: Kill['as']): Promise<never> {
    doomed.set(Object(payload), point);
    try {
      await children.invoke(path, payload, { timeoutMs });
    } catch (error) {
      if (!(error instanceof FunctionFailed) || error.name !== lambdaErrors.exited) throw error;
    }
    throw new FunctionFailed(as === 'exit' ? lambdaErrors.exited : 'Lambda.ServiceException', `${path} was killed`);
  }

  /** Kills the call that is meant and, where that is meant too, what comes in its place. */
  function killer({ path, call: wanted, point, as, again }: Kill, lane: Lane) {
    const points = again === null ? [point] : [point, again];
    const deaths: Death[] = [];
    const done = Promise.withResolvers<void>();
    const inItsPlace = new Set([path, ...standIns(path)]);
    let calls = 0;
    let item: unknown;

    const die = async (call: Call): Promise<never> => {
      const at = points.shift() ?? point;
      try {
        return await killed(call, at, as);
      } finally {
        deaths.push({ held: await ledgerOf(call), callsBefore: lane.calls.length });
        if (points.length === 0) done.resolve();
      }
    };
    const interfere: Interfere = (call, proceed) => {
      if (path === 'events/execution-ended' && call.path === 'tasks/finalise')
        throw new FunctionFailed('InvalidInput', 'for good');
      const isFirst = deaths.length === 0 && points.length > 0 && call.path === path && calls++ === wanted;
      if (isFirst) item = itemOf(call);
      const isNext = deaths.length > 0 && points.length > 0 && inItsPlace.has(call.path) && itemOf(call) === item;
      return isFirst || isNext ? die(call) : proceed();
    };
    return { interfere, deaths, done: done.promise };
  }

  async function ledgerOf({ payload }: Call): Promise<ReadonlySet<string>> {
    const { runId, detail } = Object(payload);
    const rows = await sql<{ tool: string; args: unknown }>(
      `SELECT tool, args FROM "ToolCall" WHERE "runId" = $1 AND status <> 'started'`,
      [runId ?? detail.name],
    );
    return new Set(rows.map(({ tool, args }) => callKey(tool, args)));
  }

  return { killed, killer };
}

/** Calls that the ledger held when a function died, and how many had been made until then. */
export interface Death {
  readonly held: ReadonlySet<string>;
  readonly callsBefore: number;
}

/** Of the ledger's calls at each death all had been made, and none was made again. */
export function repeated(deaths: readonly Death[], { calls }: Lane): string[] {
  return deaths.flatMap(({ held, callsBefore }) => [
    ...[...held].filter((call) => !calls.slice(0, callsBefore).includes(call)),
    ...calls.slice(callsBefore).filter((call) => held.has(call)),
  ]);
}

function standIns(path: string): string[] {
  if (path === 'tasks/extract') return ['tasks/source-gap'];
  return [`${path.replace('write-section', 'section')}-fallback`];
}

function itemOf({ payload }: Call): unknown {
  const { taskId, groupId, sectionId } = Object(payload);
  return taskId ?? groupId ?? sectionId;
}
