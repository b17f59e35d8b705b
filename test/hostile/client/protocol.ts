/** What the measuring process is asked, and what it answers. */
import * as z from 'zod';

/** `hostile`: the path of a personality. */
export const asked = z.object({ hostile: z.string() });

const numbers = z.array(z.number());
export const measured = z.object({
  /** What became of connect, listTools and callTool, each time: `answered`, or the failure. */
  outcomes: z.array(z.object({ step: z.enum(['connect', 'listTools', 'callTool']), outcome: z.string(), ms: z.number() })),
  /** Largest growth of resident memory meanwhile, in bytes. */
  grown: z.number(),
  /** Milliseconds of work between two looks at the event loop. */
  turns: numbers,
  /** 99th percentile and largest lag of the event loop in wall time, in milliseconds. */
  wallLag: z.object({ p99: z.number(), max: z.number() }),
  /** Milliseconds of another user's calls to a server that behaves: alone, just before and after, and beside the hostile one. */
  alone: numbers,
  beside: numbers,
  /** Errors that nobody handled. */
  unhandled: z.array(z.string()),
  /** Whether every object now has a property that a server named. */
  polluted: z.boolean(),
});
export type Measured = z.infer<typeof measured>;
