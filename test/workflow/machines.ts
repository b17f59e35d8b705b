/** State machines and functions made by hand, for tests of the runtime itself. */

import type { Invoke } from '../../local/gateway/invoke.ts';
import { type Machines, prepare } from '../../local/workflow/definitions.ts';
import { type Engine, openEngine } from '../../local/workflow/engine.ts';
import type { Execution } from '../../local/workflow/executions.ts';
import { openInProcess } from '../../local/workflow/in-process.ts';
import { functionArn, machineArn } from '../../local/workflow/intrinsics.ts';
import type { JsonObject } from '../../local/workflow/json.ts';
import type { StatusChange } from '../../local/workflow/status-event.ts';

/** Functions `tasks/<name>` of 1 s; machines `test-<name>`. A machine named `run` is added when there is none. */
export function handMade(definitions: Record<string, JsonObject>, functions: readonly string[], timeScale = 1): Machines {
  const nothing: JsonObject = { StartAt: 'Nothing', States: { Nothing: { Type: 'Pass', End: true } } };
  const machines = Object.entries({ run: nothing, ...definitions }).map(([name, definition]) => ({
    name: `test-${name}`,
    arn: machineArn(`test-${name}`),
    definition,
  }));
  return prepare(
    {
      machines,
      functions: functions.map((name) => ({
        path: `tasks/${name}`,
        name: `test-${name}`,
        arn: functionArn(`test-${name}`),
        timeoutSeconds: 1,
        memoryMb: 128,
        environment: [],
      })),
      httpRoutes: [],
      webSocketRoutes: {},
      rules: [],
    },
    timeScale,
  );
}

/** A Task state that calls `tasks/<name>`. */
export const taskState = (name: string, more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: functionArn(`test-${name}`),
  TimeoutSeconds: 5,
  ...more,
});

/** A machine of one task; `Caught` is there for a Catch to go to. */
export const single = (name: string, more: JsonObject = {}): JsonObject => ({
  StartAt: 'Only',
  States: { Only: taskState(name, { End: true, ...more }), Caught: { Type: 'Pass', End: true } },
});
export type Handlers = Record<string, (event: never, context: { getRemainingTimeInMillis(): number }) => unknown>;

export interface HandMadeEngine {
  readonly engine: Engine;
  /** Starts an execution (named `one`) and waits for its end. */
  readonly run: (machine: string, input?: unknown, name?: string) => Promise<Execution>;
  /** Functions, in the order of their calls. */
  readonly calls: readonly string[];
  readonly events: readonly StatusChange[];
}

/** Machines by hand, on handlers by hand. */
export function engineOf(definitions: Record<string, JsonObject>, handlers: Handlers, timeScale = 1): HandMadeEngine {
  const machines = handMade(definitions, Object.keys(handlers), timeScale);
  const inProcess = openInProcess({
    functions: machines.functions,
    load: async (path) => ({ handler: handlers[path.replace('tasks/', '')] }),
  });
  const calls: string[] = [];
  const invoke: Invoke = (path, payload, options) => {
    calls.push(path);
    return inProcess(path, payload, options);
  };
  const events: StatusChange[] = [];
  const engine = openEngine({ machines, invoke, onStatusChange: (event) => events.push(event) });
  const run = async (machine: string, input: unknown = {}, name = 'one') => {
    const { arn } = engine.start({ machineArn: machineArn(`test-${machine}`), name, input: JSON.stringify(input) });
    return engine.ended(arn);
  };
  return { engine, run, calls, events };
}
