/** The words that everything else is made of. */
import * as z from 'zod';

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export const severity = z.enum(severities);
export type Severity = z.infer<typeof severity>;

export const controlStatus = z.enum(['satisfied', 'not-satisfied', 'not-assessed', 'not-applicable']);
export type ControlStatus = z.infer<typeof controlStatus>;

export const checkOutcome = z.enum(['pass', 'fail', 'not-applicable', 'unknown']);

export const basis = z.enum(['check', 'model', 'person']).nullable();
export type Basis = z.infer<typeof basis>;

export const runOutcome = z.enum(['complete', 'partial', 'cancelled', 'failed']);
export type RunOutcome = z.infer<typeof runOutcome>;

export const runMode = z.enum(['checks', 'model']);
export type RunMode = z.infer<typeof runMode>;

export const role = z.enum(['owner', 'editor', 'auditor']);
export type Role = z.infer<typeof role>;

/** What a server's questions get (MCP's elicitation): nobody's answer, or the defaults that they state themselves. */
export const elicitation = z.enum(['decline', 'defaults']).default('decline');
export type Elicitation = z.infer<typeof elicitation>;

export const effort = z.enum(['small', 'medium', 'large']);
export const uuid = z.uuid();
/** Lower-case hex SHA-256. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The capability of a plan task that no collector reads: an agent looks around with the source's tools. */
export const exploration = 'exploration';
