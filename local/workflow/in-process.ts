/** Calls handlers inside this process: fast, and what `npm start` does. A handler that overstays is left behind, not killed. */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { entryOf } from '../../infra/bundling.ts';
import type { Invoke } from '../gateway/invoke.ts';
import type { LocalFunction } from './definitions.ts';
import { FunctionFailed, lambdaErrors } from './errors.ts';
import { lambdaContext, timedOutMessage } from './lambda-context.ts';

type Handler = (event: unknown, context: unknown) => unknown;

export interface InProcessOptions {
  readonly functions: readonly Pick<LocalFunction, 'path' | 'name' | 'memoryMb'>[];
  /** Stands in for importing `functions/<path>/handler.ts`: tests give handlers of their own. */
  readonly load?: (functionPath: string) => Promise<object>;
}

export interface InProcess extends Invoke {
  /** Resolves once no handler is at work any more, those that were left behind among them. */
  ended(): Promise<void>;
}

const importHandler = (functionPath: string): Promise<object> =>
  import(pathToFileURL(resolve(import.meta.dirname, '..', '..', entryOf(functionPath))).href);

/** Failures keep the handler's `error.name`; past `timeoutMs` the result is discarded and the name is `Sandbox.Timedout`. */
export function openInProcess({ functions, load = importHandler }: InProcessOptions): InProcess {
  const atWork = new Set<Promise<unknown>>();
  const loaded = new Map<string, Handler>();
  const invoke: Invoke = async (functionPath, payload, { timeoutMs, signal }) => {
    const target = functions.find(({ path }) => path === functionPath);
    if (target === undefined) throw new FunctionFailed('ResourceNotFoundException', `Function not found: ${functionPath}`);
    const handler = loaded.get(functionPath) ?? handlerIn(await load(functionPath), functionPath);
    loaded.set(functionPath, handler);
    const requestId = randomUUID();
    const context = lambdaContext({
      requestId,
      functionName: target.name,
      memoryMb: target.memoryMb,
      deadline: Date.now() + timeoutMs,
    });
    const timeout = new FunctionFailed(lambdaErrors.timedOut, timedOutMessage(requestId, timeoutMs));
    const work = Promise.resolve(copy(payload)).then((event) => handler(event, context));
    const over = (): void => void atWork.delete(work);
    atWork.add(work);
    work.then(over, over);
    return await within(work, timeoutMs, timeout, signal).then(copy);
  };
  const ended = async (): Promise<void> => {
    while (atWork.size > 0) await Promise.allSettled(atWork);
  };
  return Object.assign(invoke, { ended });
}

function handlerIn(module: object, functionPath: string): Handler {
  const handler: unknown = Reflect.get(module, 'handler');
  if (typeof handler !== 'function') throw new FunctionFailed('Runtime.HandlerNotFound', `${functionPath} exports no handler.`);
  return (event, context) => Reflect.apply(handler, undefined, [event, context]);
}

/** Lambda passes JSON: what a caller keeps is not what the function changes. */
const copy = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

function within<T>(work: Promise<T>, ms: number, timeout: Error, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new FunctionFailed(lambdaErrors.exited, 'The local runtime was stopped.'));
    const timer = setTimeout(() => reject(timeout), ms);
    if (signal?.aborted === true) leave();
    signal?.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    });
  });
}
