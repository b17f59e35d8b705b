import * as z from 'zod';
import { toolCall } from '../report.ts';
import { elicitation, uuid } from '../vocabulary.ts';
import { time } from './common.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');

/** One exact call: the hash is of the arguments' canonical form (RFC 8785). */
export const approvalCall = z.object({
  tool: z.string(),
  args: toolCall.shape.args,
  argsSha256: sha256,
  definitionSha256: sha256,
});
export const approvalStatus = z.enum(['pending', 'approved', 'rejected', 'expired']);

export const approval = z.object({
  id: uuid,
  runId: uuid,
  connectionId: uuid,
  /** What a person calls the connection. */
  server: z.string(),
  round: z.int().min(1),
  calls: z.array(approvalCall),
  status: approvalStatus,
  requestedAt: time,
  expiresAt: time,
  decidedBy: uuid.nullable(),
  decidedAt: time.nullable(),
});
export const approvals = z.object({ items: z.array(approval) });

export const approvalParams = z.object({ approvalId: uuid });
export const approvalDecision = z.object({ decision: z.enum(['approve', 'reject']) });

/** What a server may call a tool (MCP sets no limit); longer names can be neither allowed nor accepted. */
const toolName = z.string().min(1).max(200);
const toolNames = z
  .array(toolName)
  .max(500)
  .refine((names) => new Set(names).size === names.length, 'names a tool twice')
  .default([]);

export const toolPolicy = z
  .object({ allowed: toolNames, denied: toolNames, elicitation })
  .refine(({ allowed, denied }) => !allowed.some((name) => denied.includes(name)), 'allows and denies the same tool');
export const toolParams = z.object({ connectionId: uuid, name: toolName });
/** The definition that was looked at, so that a later one is not accepted unseen. */
export const acceptedTool = z.object({ sha256 });
