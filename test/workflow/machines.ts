/** State machines and functions made by hand, for tests of the runtime itself. */
import { type Machines, prepare } from '../../local/workflow/definitions.ts';
import { functionArn, machineArn } from '../../local/workflow/intrinsics.ts';
import type { JsonObject } from '../../local/workflow/json.ts';

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
