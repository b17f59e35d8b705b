/** EventBridge on one machine: the rules of the template, their targets, their schedules. */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Invoke } from '../gateway/invoke.ts';
import type { Machines, Rule } from './definitions.ts';
import { localAccount } from './intrinsics.ts';
import { type Json, type JsonObject, objectOf } from './json.ts';

export interface EventBus {
  /** Calls the targets of every rule whose pattern fits. Never throws. */
  deliver(event: object): void;
  /** Runs every schedule now, beside its timetable, and waits for the functions. */
  runSchedules(): Promise<void>;
  /** No event and no schedule is delivered any more; waits for what is underway. */
  close(): Promise<void>;
}

export interface EventBusOptions {
  readonly machines: Pick<Machines, 'rules' | 'functions' | 'timeScale'>;
  readonly invoke: Invoke;
  /** What AWS would put into the dead-letter queue: the function failed on every attempt. */
  readonly onDropped?: (functionPath: string, error: unknown) => void;
}

/** Lambda retries an asynchronous invocation twice: after one minute and after two more. */
const retryMinutes = [1, 2] as const;

export function openEventBus({ machines, invoke, onDropped = () => {} }: EventBusOptions): EventBus {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const underway = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();

  const attempt = async (rule: Rule, event: object): Promise<void> => {
    const target = machines.functions.find(({ path }) => path === rule.functionPath);
    if (target === undefined) return;
    const retries = rule.retryAttempts === 0 ? [] : retryMinutes;
    for (const minutes of [...retries, null]) {
      try {
        await invoke(target.path, event, { timeoutMs: target.timeoutMs, signal: closing.signal });
        return;
      } catch (error) {
        if (closing.signal.aborted) return;
        if (minutes === null) onDropped(rule.functionPath, error);
        else await pause(minutes * 60_000 * machines.timeScale, closing.signal);
      }
    }
  };
  const call = (rule: Rule, event: object): void => {
    if (closing.signal.aborted) return;
    const work = attempt(rule, event).finally(() => underway.delete(work));
    underway.add(work);
  };

  for (const rule of machines.rules) {
    if (rule.trigger.kind !== 'schedule') continue;
    const timer = setInterval(() => call(rule, scheduledEvent(rule)), rule.trigger.everySeconds * 1_000 * machines.timeScale);
    timer.unref();
    timers.add(timer);
  }

  return {
    deliver(event) {
      const plain: Json = JSON.parse(JSON.stringify(event));
      for (const rule of machines.rules) {
        if (rule.trigger.kind === 'pattern' && fits(rule.trigger.pattern, plain)) call(rule, event);
      }
    },
    async runSchedules() {
      for (const rule of machines.rules) if (rule.trigger.kind === 'schedule') call(rule, scheduledEvent(rule));
      await Promise.all(underway);
    },
    async close() {
      closing.abort();
      for (const timer of timers) clearInterval(timer);
      await Promise.all(underway);
    },
  };
}

/** A pattern names fields; a list in it holds the values that fit. Other matchers are not used by this app. */
export function fits(pattern: JsonObject, event: Json): boolean {
  const object = objectOf(event);
  if (object === undefined) return false;
  return Object.entries(pattern).every(([key, expected]) => {
    const actual = object[key];
    if (Array.isArray(expected)) return expected.some((value) => value === actual);
    const nested = objectOf(expected);
    return nested !== undefined && actual !== undefined && fits(nested, actual);
  });
}

const scheduledEvent = ({ functionPath }: Rule): object => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: localAccount.id,
  time: new Date().toISOString(),
  region: localAccount.region,
  resources: [`arn:aws:events:${localAccount.region}:${localAccount.id}:rule/${functionPath.replaceAll('/', '-')}`],
  detail: {},
});

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
