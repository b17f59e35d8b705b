import * as z from 'zod';
import { role, uuid } from '../vocabulary.ts';
import { name, pageOf, projectParams, time } from './common.ts';

export const project = z.object({ id: uuid, name: z.string(), role, retentionDays: z.int(), createdAt: time });
export const projects = pageOf(project);
/** Days that runs and their evidence are kept. */
const retentionDays = z.int().min(30).max(3650);
export const newProject = z.object({ name, retentionDays: retentionDays.default(400) });
export const projectChange = z.object({ name: name.optional(), retentionDays: retentionDays.optional() });

export const member = z.object({ userId: uuid, email: z.string().nullable(), role, createdAt: time });
export const members = pageOf(member);
export const newMember = z.object({ userId: uuid, role });
export const memberChange = z.object({ role });
export const memberParams = projectParams.extend({ userId: uuid });

export const auditEvents = pageOf(
  z.object({
    id: uuid,
    userId: uuid,
    action: z.string(),
    target: z.string().nullable(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    createdAt: time,
  }),
);
