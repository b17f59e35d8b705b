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
/** How often one extraction may ask a person, and for how long it waits each time. */
export const approvalLimits = { rounds: 3, seconds: 900 } as const;
/** An extraction that stopped to ask: the state machine waits for the decision and extracts again. `round` bounds the loop. */
const asking = z.object({
  runId: uuid,
  taskId: uuid,
  needs: z.literal('approval'),
  approvalId: uuid,
  round: z.int().min(1).max(approvalLimits.rounds),
});
export const extractOutput = z.union([asking, nothing]);
/** The token answers the waiting state. */
export const awaitApprovalInput = z.object({
  runId: uuid,
  taskId: uuid,
  approvalId: uuid,
  taskToken: z.string().min(1).max(2048),
});
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
export type ExtractOutput = z.infer<typeof extractOutput>;
export type AwaitApprovalInput = z.infer<typeof awaitApprovalInput>;
export type AssessInput = z.infer<typeof assessInput>;
export type SectionInput = z.infer<typeof sectionInput>;
export type SectionId = z.infer<typeof sectionId>;
