/** Runs side by side, each on a source of its own, so that the calls that reach a server can be told apart. */
import canonicalize from 'canonicalize';
import * as z from 'zod';
import type { TestSource } from '../support/stack.ts';

export interface Lane {
  readonly sources: readonly TestSource[];
  /** Tool calls that reached the server, in their order; emptied when the lane is taken. */
  readonly calls: string[];
}

export interface Lanes<T extends Lane> {
  /** Waits for a free lane. */
  take<R>(work: (lane: T) => Promise<R>): Promise<R>;
}

/** The sources must have lines (`linesToSources`): that is where calls are counted. */
export function laneOf(sources: readonly TestSource[]): Lane {
  const calls: string[] = [];
  for (const { line } of sources) {
    line?.set({
      inspect: (chunk, direction) => {
        if (direction === 'to-server') calls.push(...toolCallIn(chunk));
        return 'pass';
      },
    });
  }
  return { sources, calls };
}

export function openLanes<T extends Lane>(lanes: readonly T[]): Lanes<T> {
  const free = [...lanes];
  const waiting: ((lane: T) => void)[] = [];
  return {
    async take(work) {
      const lane = free.pop() ?? (await new Promise<T>((take) => waiting.push(take)));
      lane.calls.length = 0;
      try {
        return await work(lane);
      } finally {
        const next = waiting.shift();
        if (next === undefined) free.push(lane);
        else next(lane);
      }
    },
  };
}

/** What tells a call from another: the tool and its arguments, whatever their order. */
export const callKey = (tool: string, args: unknown): string => canonicalize([tool, args]) ?? '';

const toolCall = z.object({ method: z.literal('tools/call'), params: z.object({ name: z.string(), arguments: z.unknown() }) });

/** A request's body comes in one piece: it is written at once, and small. */
function toolCallIn(chunk: Buffer): string[] {
  const text = chunk.toString('utf8');
  if (!text.includes('"tools/call"')) return [];
  const { params } = toolCall.parse(JSON.parse(text.slice(text.indexOf('{'))));
  return [callKey(params.name, params.arguments)];
}
