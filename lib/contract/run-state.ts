/** What travels between tasks: ids only, never bodies (256 KiB per payload, and history is readable by operators). */
import * as z from 'zod';
import { uuid } from './vocabulary.ts';

export const runInput = z.object({ runId: uuid });

/** The answer of a task whose rows say everything. */
export const nothing = z.object({});

/** A Catch writes `{ Error, Cause }`; a task that was given up takes only the name. */
const caught = z.object({ errorName: z.string().max(200).optional() });

export const planOutput = z.object({
  runId: uuid,
  tasks: z.array(z.object({ runId: uuid, taskId: uuid })).max(40),
  groups: z.array(z.object({ runId: uuid, groupId: z.string().max(64) })).max(40),
});
export const extractInput = z.object({ runId: uuid, taskId: uuid });
export const assessInput = z.object({ runId: uuid, groupId: z.string().max(64) });
export const sectionId = z.enum(['scope-and-method', 'strengths', 'weaknesses', 'blind-spots']);
export const sectionInput = z.object({ runId: uuid, sectionId });
/** The stages whose failure the outer machine survives, as error names. */
export const finaliseInput = z.object({
  runId: uuid,
  analysisError: z.string().max(200).optional(),
  reportError: z.string().max(200).optional(),
});

export const runFallbackInput = runInput.extend(caught.shape);
export const extractFallbackInput = extractInput.extend(caught.shape);
export const assessFallbackInput = assessInput.extend(caught.shape);
export const sectionFallbackInput = sectionInput.extend(caught.shape);

/** EventBridge "Step Functions Execution Status Change" of RunMachine: the execution's name is the run id. */
export const executionEnded = z.object({
  detail: z.object({ name: uuid, status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']) }),
});

export type PlanOutput = z.infer<typeof planOutput>;
export type ExtractInput = z.infer<typeof extractInput>;
export type AssessInput = z.infer<typeof assessInput>;
export type SectionInput = z.infer<typeof sectionInput>;
export type SectionId = z.infer<typeof sectionId>;
