/** Calls bundles in child processes: what Lambda runs, where a function can be killed at any point. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Invoke } from '../gateway/invoke.ts';
import { type Bundle, bundleFunctions } from './bundles.ts';
import type { Answer, KillPoint, Request } from './child-protocol.ts';
import type { LocalFunction } from './definitions.ts';
import { FunctionFailed, lambdaErrors } from './errors.ts';
import { timedOutMessage } from './lambda-context.ts';

export interface Invocation {
  readonly functionPath: string;
  readonly payload: unknown;
  /** From 0, over all functions, in the order of their calls. */
  readonly sequence: number;
}

export interface ChildProcessOptions {
  readonly functions: readonly LocalFunction[];
  /** The project's folder: its node_modules holds the bundles. */
  readonly root: string;
  /** Built already, wherever they lie; built first unless given. */
  readonly bundles?: readonly Bundle[];
  /** Values for the variables that the template gives a function, and `always` for those of this machine's endpoints. */
  readonly environment: { readonly values: Readonly<Record<string, string>>; readonly always: Readonly<Record<string, string>> };
  /** Asked before each call: where this invocation dies. */
  readonly killAt?: (invocation: Invocation) => KillPoint | undefined;
  /** Standard output and error of the functions, as they come. */
  readonly onOutput?: (functionPath: string, text: string) => void;
}

export interface ChildInvoker {
  readonly invoke: Invoke;
  /** Ends every child. */
  close(): Promise<void>;
}

/** Idle environments kept for the next call; a Node process with Prisma holds about 100 MB. */
const maxIdle = 6;

interface Environment {
  readonly functionPath: string;
  readonly child: ChildProcess;
}

/** Builds the bundles that it is not given. Throws esbuild's BuildFailure. */
export async function openChildProcesses(options: ChildProcessOptions): Promise<ChildInvoker> {
  const functionPaths = options.functions.map(({ path }) => path);
  const bundles = options.bundles ?? (await bundleFunctions({ root: options.root, functionPaths }));
  const bundleOf = new Map(bundles.map(({ functionPath, file }) => [functionPath, file]));
  const idle: Environment[] = [];
  const alive = new Set<ChildProcess>();
  let sequence = 0;

  const take = (target: LocalFunction, bundle: string): Environment => {
    const index = idle.findIndex(({ functionPath }) => functionPath === target.path);
    const [found] = index === -1 ? [] : idle.splice(index, 1);
    return found ?? { functionPath: target.path, child: launch(target, bundle) };
  };
  const giveBack = (environment: Environment): void => {
    idle.push(environment);
    if (idle.length > maxIdle) idle.shift()?.child.kill('SIGKILL');
  };
  const launch = (target: LocalFunction, bundle: string): ChildProcess => {
    const child = fork(join(import.meta.dirname, 'child.ts'), [bundle], {
      execArgv: [],
      env: environmentOf(target, options.environment),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    alive.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(target.path, text));
    }
    child.once('exit', () => {
      alive.delete(child);
      const index = idle.findIndex((environment) => environment.child === child);
      if (index !== -1) idle.splice(index, 1);
    });
    return child;
  };

  return {
    async invoke(functionPath, payload, { timeoutMs, signal }) {
      const target = options.functions.find(({ path }) => path === functionPath);
      const bundle = bundleOf.get(functionPath);
      if (target === undefined || bundle === undefined) {
        throw new FunctionFailed('ResourceNotFoundException', `Function not found: ${functionPath}`);
      }
      const kill = options.killAt?.({ functionPath, payload, sequence: sequence++ });
      const environment = take(target, bundle);
      const requestId = randomUUID();
      const facts = { requestId, functionName: target.name, memoryMb: target.memoryMb, deadline: Date.now() + timeoutMs };
      const answer = await exchange(environment.child, { payload, facts, ...(kill && { kill }) }, timeoutMs, signal);
      giveBack(environment);
      if (answer.kind === 'result') return answer.result;
      throw new FunctionFailed(answer.errorType, answer.errorMessage);
    },
    async close() {
      const gone = [...alive].map((child) => new Promise((resolve) => child.once('exit', resolve)));
      for (const child of alive) child.kill('SIGKILL');
      await Promise.all(gone);
    },
  };
}

/** One event, one answer. A child that overstays, or is no longer wanted, is killed. Throws FunctionFailed. */
function exchange(child: ChildProcess, request: Request, timeoutMs: number, signal: AbortSignal | undefined): Promise<Answer> {
  const { requestId } = request.facts;
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.off('message', answered).off('exit', exited);
      signal?.removeEventListener('abort', stopped);
      act();
    };
    const answered = (answer: Answer): void => settle(() => resolve(answer));
    const exited = (code: number | null, by: NodeJS.Signals | null): void => {
      const how = by === null ? `exit status ${code}` : `signal: ${by === 'SIGKILL' ? 'killed' : by}`;
      settle(() =>
        reject(new FunctionFailed(lambdaErrors.exited, `RequestId: ${requestId} Error: Runtime exited with error: ${how}`)),
      );
    };
    const stopped = (): void => {
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => {
      settle(() => reject(new FunctionFailed(lambdaErrors.timedOut, timedOutMessage(requestId, timeoutMs))));
      child.kill('SIGKILL');
    }, timeoutMs);
    child.on('message', answered).on('exit', exited);
    if (signal?.aborted === true) stopped();
    signal?.addEventListener('abort', stopped, { once: true });
    child.send(request, (error) => {
      if (error !== null) child.kill('SIGKILL');
    });
  });
}

/** Only what the template names, what this machine's endpoints need, and what Lambda itself sets. */
function environmentOf(target: LocalFunction, { values, always }: ChildProcessOptions['environment']): Record<string, string> {
  const named = target.environment.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]] as const]));
  return {
    ...Object.fromEntries(named),
    ...always,
    NODE_OPTIONS: '--enable-source-maps',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: target.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memoryMb),
    TZ: ':UTC',
  };
}
