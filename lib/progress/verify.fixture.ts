/** The official judge of a stream, for tests. */
import { verifyEvents } from '@ag-ui/client';
import type { BaseEvent } from '@ag-ui/core';
import { EventSchemas } from '@ag-ui/core/schemas';
import { lastValueFrom, Observable, toArray } from 'rxjs';
import { isTerminal, type RunEventBody } from '../contract/events.ts';

/** Throws AGUIError, or the schema's error, for a stream that AG-UI would not accept. Returns the types in order. */
export async function verified(events: readonly RunEventBody[]): Promise<string[]> {
  const source = new Observable<BaseEvent>((subscriber) => {
    for (const event of events) {
      const { type } = EventSchemas.parse(event);
      subscriber.next(Object.assign<BaseEvent, object>({ type }, event));
    }
    subscriber.complete();
  });
  const passed = await lastValueFrom(source.pipe(verifyEvents(), toArray()));
  return passed.map(({ type }) => type);
}

/** As `verified`, and the stream has an end, one. */
export async function verifiedToTheEnd(events: readonly RunEventBody[]): Promise<string[]> {
  const types = await verified(events);
  const ends = events.filter(isTerminal).length;
  if (ends !== 1 || !isTerminal(events.at(-1) ?? { type: '' })) throw new Error(`The stream has ${ends} ends.`);
  return types;
}

/** Applies STATE_SNAPSHOT and STATE_DELTA as a client does; throws where a patch does not fit. */
export function stateAfter(events: readonly RunEventBody[]): unknown {
  let state: unknown = null;
  for (const event of events) {
    if (event.type === 'STATE_SNAPSHOT') state = structuredClone(event.snapshot);
    if (event.type === 'STATE_DELTA') for (const change of event.delta) applyPatch(state, change);
  }
  return state;
}

type Change = Extract<RunEventBody, { type: 'STATE_DELTA' }>['delta'][number];

function applyPatch(state: unknown, change: Change): void {
  const path = change.path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = path.pop() ?? '';
  let target: unknown = state;
  for (const part of path) target = typeof target === 'object' && target !== null ? Reflect.get(target, part) : undefined;
  if (typeof target !== 'object' || target === null) throw new Error(`Nothing at ${change.path}`);
  if (change.op !== 'add' && !Object.hasOwn(target, last)) throw new Error(`Nothing to ${change.op} at ${change.path}`);
  if (change.op === 'remove') Reflect.deleteProperty(target, last);
  else Reflect.set(target, last, change.value);
}
