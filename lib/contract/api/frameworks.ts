import * as z from 'zod';
import { pageOf } from './common.ts';

const head = z.object({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  publisher: z.string(),
  licence: z.string(),
});
const control = z.object({
  id: z.string(),
  title: z.string(),
  asks: z.string(),
  evidence: z.string(),
  /** Empty: only a person, or a later source, can show it. */
  capabilities: z.array(z.string()),
  weight: z.union([z.literal(1), z.literal(3), z.literal(5)]),
});
const category = z.object({ id: z.string(), title: z.string(), controls: z.array(control) });
const group = z.object({ id: z.string(), title: z.string(), categories: z.array(category) });

export const frameworks = pageOf(head.extend({ controls: z.int() }));
export const framework = head.extend({ groups: z.array(group) });
export const frameworkParams = z.object({ frameworkId: z.string().min(1).max(64) });
