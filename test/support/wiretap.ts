/** Everything that passes through the workflow: what functions are given, answer and throw, and every status of every execution. */
import type { Invoke } from '../../local/gateway/invoke.ts';
import type { StackOptions } from '../../local/stack.ts';
import type { Sink } from './scan.ts';

export interface Wiretap {
  wrap(invoke: Invoke): Invoke;
  readonly delivers: NonNullable<StackOptions['delivers']>;
  sinks(): readonly Sink[];
}

export function openWiretap(): Wiretap {
  const heard: Sink[] = [];
  const hear = (name: string, said: unknown): void => {
    // A function without an answer says nothing that could be looked through.
    heard.push({ name, content: JSON.stringify(said ?? null) });
  };
  return {
    wrap: (invoke) => async (path, payload, options) => {
      // What the gateway hands over bears what people send, credentials included: that is their way in.
      if (!/^(tasks|events)\//.test(path)) return invoke(path, payload, options);
      hear(`input of ${path}`, payload);
      try {
        const answer = await invoke(path, payload, options);
        hear(`output of ${path}`, answer);
        return answer;
      } catch (error) {
        hear(`failure of ${path}`, { payload, error: error instanceof Error ? [error.stack, String(error.cause)] : error });
        throw error;
      }
    },
    delivers: (event) => {
      hear('execution status', event);
      return true;
    },
    sinks: () => heard,
  };
}
