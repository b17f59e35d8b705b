/** Lists page by the last row's sort key, never by offset: a new row does not shift what comes next. */
import * as z from 'zod';

export interface Page {
  readonly cursor?: string | undefined;
  /** Rows at most. */
  readonly limit: number;
}

export interface Paged<T> {
  readonly items: readonly T[];
  /** Null at the end. */
  readonly nextCursor: string | null;
}

/** The cursor did not come from this list. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

/** A time in milliseconds, up to the year 9999 (beyond it neither Date nor PostgreSQL is sure to follow), and the id that breaks ties. */
const key = z.tuple([z.int().min(0).max(253_402_300_799_999), z.uuid()]);

export interface NewestFirst {
  readonly createdAt: Date;
  readonly id: string;
}

/** What a list of newest first reads on from; null at the start. Throws InvalidCursor. */
export function after({ cursor }: Page): NewestFirst | null {
  if (cursor === undefined) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new InvalidCursor('the cursor is not one of this list');
  }
  const result = key.safeParse(parsed);
  if (!result.success) throw new InvalidCursor('the cursor is not one of this list');
  return { createdAt: new Date(result.data[0]), id: result.data[1] };
}

/** For Prisma's `where`: the rows behind that place, newest first. */
export function olderThan(place: NewestFirst | null) {
  if (place === null) return {};
  return { OR: [{ createdAt: { lt: place.createdAt } }, { createdAt: place.createdAt, id: { lt: place.id } }] };
}

/** Of rows asked for with `take: limit + 1`, ordered by createdAt and id, both descending. */
export function paged<T extends NewestFirst>(rows: readonly T[], { limit }: Page): Paged<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items,
    nextCursor: more ? Buffer.from(JSON.stringify([last.createdAt.getTime(), last.id])).toString('base64url') : null,
  };
}
