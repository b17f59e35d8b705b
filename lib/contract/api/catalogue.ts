import * as z from 'zod';
import { pageOf } from './common.ts';

const scopeField = z.object({
  name: z.string(),
  title: z.string(),
  example: z.string(),
  /** A regular expression without flags. */
  pattern: z.string(),
  required: z.boolean(),
});
const capability = z.object({
  id: z.string(),
  /** How many checks read it. */
  checks: z.int(),
});
const knownServer = z.object({
  id: z.string(),
  title: z.string(),
  category: z.string(),
  /** Null where every team runs its own. */
  endpoint: z.string().nullable(),
  /** Ways to authenticate, the best first. */
  auth: z.array(z.string()),
  credentials: z.string(),
  scope: z.array(scopeField),
  /** Empty: no check reads this server yet, only a model may. */
  capabilities: z.array(capability),
  /** Tools that may run unattended. */
  readOnlyTools: z.array(z.string()),
  /** Where the tools' names were read, and on which day. */
  source: z.object({ what: z.string(), on: z.iso.date() }),
});

export const serverCatalogue = pageOf(knownServer);
