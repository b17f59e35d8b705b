/** Stands between the workflow and its functions, so that a test can hold up, break or count the calls of one run. */
import type { Invoke } from '../../local/gateway/invoke.ts';
import { FunctionFailed, lambdaErrors } from '../../local/workflow/errors.ts';

export interface Call {
  /** Folder under functions/. */
  readonly path: string;
  readonly payload: unknown;
  readonly timeoutMs: number;
}

/** Asked for every call of the run: answers in the function's stead, or lets it `proceed`. */
export type Interfere = (call: Call, proceed: () => Promise<unknown>) => Promise<unknown>;

export interface Interference {
  wrap(invoke: Invoke): Invoke;
  /** Begins a run under interference: its calls wait until its id is known. */
  begin<T extends { readonly runId: string }>(start: () => Promise<T>, interfere: Interfere): Promise<T>;
}

export function openInterference(): Interference {
  const ofRun = new Map<string, Interfere>();
  const starting = new Set<Promise<unknown>>();

  async function find(runId: string): Promise<Interfere | undefined> {
    // The first task may come before the answer that names the run.
    while (!ofRun.has(runId) && starting.size > 0) await Promise.race(starting);
    return ofRun.get(runId);
  }
  return {
    wrap: (invoke) => async (path, payload, options) => {
      const runId = runOf(payload);
      const interfere = runId === undefined ? undefined : await find(runId);
      const proceed = (): Promise<unknown> => invoke(path, payload, options);
      return interfere === undefined ? proceed() : interfere({ path, payload, timeoutMs: options.timeoutMs }, proceed);
    },
    begin(start, interfere) {
      const work = start().then((begun) => {
        ofRun.set(begun.runId, interfere);
        return begun;
      });
      const settled = work
        .catch(() => undefined)
        .finally(() => {
          starting.delete(settled);
        });
      starting.add(settled);
      return work;
    },
  };
}

/** Of a task's input, or of an event about an execution, which bears the run's id as its name. */
function runOf(payload: unknown): string | undefined {
  const runId: unknown =
    Reflect.get(Object(payload), 'runId') ?? Reflect.get(Object(Reflect.get(Object(payload), 'detail')), 'name');
  return typeof runId === 'string' ? runId : undefined;
}

/** What Lambda says of a function that overstayed, when it does. */
export const hang = ({ path, timeoutMs }: Call): Promise<never> =>
  new Promise((_, reject) => {
    const late = (): void => reject(new FunctionFailed(lambdaErrors.timedOut, `${path} timed out after ${timeoutMs} ms`));
    setTimeout(late, timeoutMs);
  });

/** Acts once, before the first call of that function, which then goes on. */
export function aheadOf(path: string, act: () => unknown): Interfere {
  let acted: Promise<unknown> | null = null;
  return async (call, proceed) => {
    if (call.path === path) {
      acted ??= Promise.resolve(act());
      await acted;
    }
    return proceed();
  };
}

/** A door that is shut until it is opened: calls wait before it. */
export interface Gate {
  readonly reached: Promise<void>;
  /** Says that it was reached, and waits. */
  pass(): Promise<void>;
  open(): void;
}

export function gate(): Gate {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    reached: reached.promise,
    pass: () => {
      reached.resolve();
      return opened.promise;
    },
    open: () => opened.resolve(),
  };
}
