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
  /** Processor time of this process. */
  cpuMs: ms,
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

export const bareRead = z.object({ totalMs: ms, peakBytes: z.int(), cpuMs: ms, files: z.int(), calls: z.int(), bytes: z.int() });
export type BareRead = z.infer<typeof bareRead>;

/** Of this process so far: the high-water mark of its memory, and its processor time, which hardly depends on who else is at work. */
export function ownUsage(): { readonly peakBytes: number; readonly cpuMs: number } {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { peakBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
}
