import { type Envelope, type RunEventBody, type RunState, runState } from '../contract/events.ts';

type Change = Extract<RunEventBody, { type: 'STATE_DELTA' }>['delta'][number];

/** The run's state after one more event: a snapshot replaces it, a delta (RFC 6902) changes it, anything else leaves it. */
export function stateAfter(state: RunState, { event }: Pick<Envelope, 'event'>): RunState {
  if (event.type === 'STATE_SNAPSHOT') return event.snapshot;
  if (event.type !== 'STATE_DELTA') return state;
  const changed: unknown = structuredClone(state);
  for (const change of event.delta) apply(changed, change);
  const parsed = runState.safeParse(changed);
  // A patch that does not fit is a defect of the sender; the next snapshot mends the picture.
  return parsed.success ? parsed.data : state;
}

function apply(root: unknown, change: Change): void {
  const path = change.path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = path.pop();
  let target: unknown = root;
  for (const part of path) target = isObject(target) && Object.hasOwn(target, part) ? Reflect.get(target, part) : undefined;
  if (last === undefined || !isObject(target)) return;
  if (change.op === 'remove') Reflect.deleteProperty(target, last);
  else Object.defineProperty(target, last, { value: change.value, writable: true, enumerable: true, configurable: true });
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
