/** The runtime inside a function's child process: `node child.ts <bundle>`. One event at a time, as in a Lambda environment. */
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { Answer, KillPoint, Request } from './child-protocol.ts';
import { lambdaContext } from './lambda-context.ts';

const [, , bundle = ''] = process.argv;
const loaded = load();

async function load(): Promise<(event: unknown, context: unknown) => unknown> {
  const { handler } = await import(pathToFileURL(bundle).href);
  if (typeof handler !== 'function')
    throw Object.assign(new Error('The bundle exports no handler.'), { name: 'Runtime.HandlerNotFound' });
  return handler;
}
// Reported with the first event.
loaded.catch(() => {});

async function answerTo({ payload, facts, kill }: Request): Promise<Answer> {
  try {
    const handler = await loaded;
    plan(kill);
    const result: unknown = await handler(payload, lambdaContext(facts));
    if (kill?.at === 'answer') die();
    return { kind: 'result', result: result ?? null };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'error', errorType: name, errorMessage: message };
  }
}

let writesLeft = Number.POSITIVE_INFINITY;

function plan(kill: KillPoint | undefined): void {
  writesLeft = kill?.at === 'write' ? kill.count : Number.POSITIVE_INFINITY;
  if (kill?.at === 'delay') setTimeout(die, kill.ms);
}

/** At once: no handler of this process runs any more, as when the machine under it goes away. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered when the call returns to the kernel; nothing may happen until then.
  for (;;);
}

/** Every byte to a network passes one of these two; pipes (standard output) have no remote port. */
for (const method of ['_write', '_writev'] as const) {
  const original: unknown = Reflect.get(Socket.prototype, method);
  if (typeof original !== 'function') continue;
  Reflect.set(Socket.prototype, method, function counted(this: Socket, ...args: unknown[]): unknown {
    if (this.remotePort !== undefined && --writesLeft <= 0) die();
    return Reflect.apply(original, this, args);
  });
}

process.on('message', (request: Request) => {
  void answerTo(request).then((answer) => process.send?.(answer));
});
// The parent is gone: nobody would take an answer.
process.on('disconnect', () => process.exit(0));
