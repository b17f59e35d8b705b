/** Between the benchmark and the process that it measures. */
import * as z from 'zod';

const ms = z.number().nonnegative();

export const assessed = z.object({
  /** Since the process began, in milliseconds. */
  upMs: ms,
  endedMs: ms,
  fetchedMs: ms,
  stoppedMs: ms,
  /** From asking for the run to its terminal frame. */
  runMs: ms,
  /** From the first start to the last end of each agent's steps, and from the last step to the terminal frame. */
  phases: z.record(z.string(), ms),
  peakBytes: z.int(),
  outcome: z.string(),
  files: z.int(),
  complete: z.boolean(),
  toolCalls: z.int(),
  findings: z.int(),
  gaps: z.array(z.string()),
  sizes: z.record(z.string(), z.int()),
  /** From the last byte of a tool's answer to the frame that tells of it; empty unless asked for. */
  frameMs: z.array(ms),
  /** The same for the last answer of each batch: what is left when the waiting for its siblings is taken away. */
  batchMs: z.array(ms),
  /** Round trips of a bare socket in the same process. */
  echoMs: z.array(ms),
});
export type Assessed = z.infer<typeof assessed>;

export const bareRead = z.object({ totalMs: ms, peakBytes: z.int(), files: z.int(), calls: z.int(), bytes: z.int() });
export type BareRead = z.infer<typeof bareRead>;

/** High-water mark of this process. */
export const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;
