/** Pieces that many routes share. */
import * as z from 'zod';
import { uuid } from '../vocabulary.ts';

export const time = z.iso.datetime();

/** Lists page by cursor: give back what `nextCursor` said. */
export const pageQuery = z.object({
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** A name that a person gives: one line, no control characters. */
export const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, 'must be one line');
/** Free text; PostgreSQL stores every character but NUL. */
export const reason = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .regex(/^[^\0]*$/, 'holds a NUL character');

export const projectParams = z.object({ projectId: uuid });
export const runParams = z.object({ runId: uuid });
export const empty = z.undefined();
