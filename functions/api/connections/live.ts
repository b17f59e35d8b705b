import { openBreaker } from '../../../lib/cache/breaker.ts';
import { CacheUnavailable } from '../../../lib/cache/errors.ts';
import { CONNECTION_CAP, type OpenConnection, openLeases } from '../../../lib/cache/leases.ts';
import type { Principal } from '../../../lib/contract/principal.ts';
import { isoTimes } from '../../../lib/runtime/iso-times.ts';
import { cache } from '../../../lib/runtime/resources.ts';
import type { Described } from './described.ts';

/** With what is open to them right now, over all instances. */
export async function shownAll({ userId }: Principal, rows: readonly Described[]) {
  const redis = await cache();
  const breaker = openBreaker(redis);
  const open = await openLeases(redis).list(userId).catch(ifUnavailable);
  const items = await Promise.all(
    rows.map(async (row) => {
      const { state, since, retryAt } = await breaker.look(userId, row.id);
      return {
        ...row,
        open: countOf(open, row.id),
        breaker: { ...isoTimes({ since, retryAt }), state: state === 'failing' ? ('closed' as const) : state },
      };
    }),
  );
  return { items, open: open === null ? null : open.length, cap: CONNECTION_CAP };
}

export async function shown(principal: Principal, row: Described) {
  const { items } = await shownAll(principal, [row]);
  const [item] = items;
  if (item === undefined) throw new Error('a row was lost');
  return item;
}

const countOf = (open: readonly OpenConnection[] | null, id: string): number | null =>
  open === null ? null : open.filter(({ connectionId }) => connectionId === id).length;

function ifUnavailable(error: unknown): null {
  if (error instanceof CacheUnavailable) return null;
  throw error;
}
