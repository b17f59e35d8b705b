import * as z from 'zod';
import { cursorText, envelope, runState } from '../events.ts';
import { control, evidence, finding, toolCall } from '../report.ts';
import { basis, controlStatus, runMode, runOutcome, uuid } from '../vocabulary.ts';
import { pageOf, pageQuery, reason, runParams, time } from './common.ts';

const percent = z.number().nullable();

export const run = z.object({
  id: uuid,
  projectId: uuid,
  startedBy: uuid,
  frameworkId: z.string(),
  mode: runMode,
  connectionIds: z.array(uuid),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  cancelRequestedAt: time.nullable(),
  outcome: runOutcome.nullable(),
  /** Null while it goes on, and where nothing could be assessed; never read `value` without its interval. */
  score: z.object({ value: percent, low: percent, high: percent }).nullable(),
});
export const runs = pageOf(run);
const count = z.int().min(0);
/** Of the model, with its retries and repairs. */
export const modelUsage = z.object({
  calls: count,
  /** Calls without a usable answer: the step fell back. */
  failed: count,
  promptTokens: count,
  completionTokens: count,
  /** Null where no price is known. */
  costUsd: z.number().min(0).nullable(),
});
/** With the state read from the rows, for a client that has no socket. */
export const runWithState = run.extend({
  state: runState,
  /** Null for a run without a model. */
  usage: modelUsage.nullable(),
});

export const newRun = z.object({
  frameworkId: z.string().min(1).max(64).default('nist-csf-2.0'),
  /** Left out: `model` where the deployment has one, else `checks`. */
  mode: runMode.optional(),
  connectionIds: z
    .array(uuid)
    .min(1)
    .max(10)
    .refine((ids) => new Set(ids).size === ids.length, 'names a connection twice'),
  /** False where nobody will be there to approve calls: those that need it are gaps at once. */
  approvals: z.boolean().default(true),
});
export const startedRun = z.object({ runId: uuid });

export const eventsQuery = z.object({
  after: cursorText.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});
export const events = z.object({ events: z.array(envelope), complete: z.boolean() });

export const toolCalls = pageOf(toolCall.omit({ reperformable: true }).extend({ ordinal: z.int() }));
export const ledgerQuery = pageQuery;

export const evidenceParams = runParams.extend({ evidenceId: uuid });
/** An excerpt comes with the text around it, at most 2 KiB each side. */
export const evidenceInPlace = z.object({
  evidence,
  surroundings: z.object({ before: z.string(), after: z.string() }).nullable(),
});

export const controls = z.object({
  items: z.array(
    z.object({
      controlId: z.string(),
      status: controlStatus,
      basis,
      reason: z.string(),
      proposal: control.shape.proposal.unwrap().nullable(),
      findingIds: z.array(uuid),
    }),
  ),
});
export const findings = z.object({
  items: z.array(
    finding.omit({ status: true }).extend({
      /** Of the overlay: what people said since; `open` unless somebody did, and again once an exception has expired. */
      status: z.enum(['open', 'accepted', 'resolved']),
      statusReason: z.string().nullable(),
      expiresAt: time.nullable(),
    }),
  ),
});

export const decisionParams = runParams.extend({ controlId: z.string().min(1).max(64) });
export const decision = z.object({ decision: z.enum(['accept', 'reject']), reason });

export const findingParams = z.object({ findingId: uuid });
export const findingChange = z
  .object({ status: z.enum(['open', 'accepted', 'resolved']), reason: reason.optional(), expiresAt: time.optional() })
  .refine(({ status, reason: why }) => status !== 'accepted' || why !== undefined, {
    message: 'an exception needs a reason',
    path: ['reason'],
  })
  .refine(({ status, expiresAt }) => status === 'accepted' || expiresAt === undefined, {
    message: 'only an exception expires',
    path: ['expiresAt'],
  });
export const findingStatus = z.object({
  id: uuid,
  status: z.enum(['open', 'accepted', 'resolved']),
  statusReason: z.string().nullable(),
  expiresAt: time.nullable(),
});

export const reportQuery = z.object({ format: z.enum(['json', 'md', 'html']).default('json') });
export const pending = z.object({ status: z.literal('pending'), message: z.string() });
