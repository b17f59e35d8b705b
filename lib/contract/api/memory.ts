/** What agents remember of a project: facts of a fixed shape, never sentences. */
import * as z from 'zod';
import { agent } from '../events.ts';
import { controlStatus, uuid } from '../vocabulary.ts';
import { pageOf, time } from './common.ts';

/** Data that a tool, a server or a model may have chosen: one line without control or invisible characters, cut to its length. */
const data = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'must be one line of visible characters');
const named = data(100);
const count = z.int().min(0).max(1_000_000);

export const memoryFact = z.discriminatedUnion('kind', [
  /** `arguments`: JSON, possibly cut. `evidence`: pieces of evidence that came of the call. */
  z.strictObject({ kind: z.literal('source-useful'), source: named, tool: named, arguments: data(300), evidence: count }),
  z.strictObject({ kind: z.literal('tool-failed'), source: named, tool: named, times: count }),
  /** `title`: as the catalogue has it. */
  z.strictObject({ kind: z.literal('control-finding'), controlId: named, title: data(200), outcome: controlStatus }),
]);
export type MemoryFact = z.infer<typeof memoryFact>;

/** Where an entry comes from. */
export const provenance = z.object({
  runId: uuid,
  /** The kind of step: `extract`, `assess`, … */
  step: z.string().regex(/^[a-z-]{1,30}$/),
  evidenceIds: z.array(uuid).max(20),
});

export const memories = pageOf(provenance.extend({ id: uuid, agent, fact: memoryFact, at: time, expiresAt: time }));
