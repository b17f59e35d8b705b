/** Reads what Prisma and pg throw. By SQLSTATE and by what happened to the connection, never by message. */
import pg from 'pg';
import * as z from 'zod';
import { Prisma } from '../../prisma/generated/client.ts';
import { Immutable, NotPermitted, TransientFailure, UniqueViolation } from './errors.ts';
import { type Call, OUTDATED_PLAN } from './pool.ts';

/**
 * `retry`: the transaction was refused and left nothing, or never began. `lost`: so did it, unless it broke off while committing.
 * `slow`: it took too long, and would again. `fatal`: `error` is what the caller should see.
 */
export type Failure = { readonly kind: 'retry' | 'lost' | 'slow' } | { readonly kind: 'fatal'; readonly error: unknown };

const driverError = z.object({
  driverAdapterError: z.object({
    cause: z.object({
      kind: z.string(),
      originalCode: z.string().optional(),
      constraint: z.object({ index: z.string().optional(), fields: z.array(z.string()).optional() }).optional(),
    }),
  }),
});

/** Serialisation failure, deadlock, lock not available. */
const refused = new Set(['40001', '40P01', '55P03']);
/** Statement cancelled by its timeout; transaction ended for idling or for its length. */
const tooSlow = new Set(['57014', '25P03', '25P04']);
/** Said of a statement behind one that failed: in a transaction that is over already, or by a name that was not made. */
const behind = new Set(['25P02', '26000']);
/** Connection exceptions, out of resources, shutdown, crash, start-up, and a standby that was the primary a moment ago. */
const gone = /^(08|53|57P|58)|^25006$/;
const unreachable = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);

export function failureOf(error: unknown, call: Call): Failure {
  const known = error instanceof Prisma.PrismaClientKnownRequestError ? error : null;
  const cause = driverError.safeParse(known?.meta).data?.driverAdapterError.cause;
  const told = error instanceof pg.DatabaseError ? error : null;
  const state = told?.code ?? cause?.originalCode ?? '';
  if (behind.has(state) && call.firstError !== undefined && call.firstError !== error && !isBehind(call.firstError))
    return failureOf(call.firstError, call);
  // Nothing of its own failed before it: somebody cancelled the end of a transaction that was left on this connection.
  if (state === '25P02') return { kind: 'retry' };
  // The connection that kept the plan is given up.
  if (refused.has(state) || state === OUTDATED_PLAN) return { kind: 'retry' };
  if (tooSlow.has(state) || known?.code === 'P2028') return { kind: 'slow' };
  if (gone.test(state) || unreachable.has(cause?.kind ?? '')) return { kind: 'lost' };
  if (state === '23505') {
    const { index, fields = [] } = cause?.constraint ?? {};
    return { kind: 'fatal', error: new UniqueViolation(told?.constraint ?? index ?? fields.join(), { cause: error }) };
  }
  if (state === '42501')
    return { kind: 'fatal', error: new NotPermitted('row-level security refused the write', { cause: error }) };
  if (state === '23001') return { kind: 'fatal', error: new Immutable('the database keeps this as it is', { cause: error }) };
  // Refused at the door with a reason (a wrong password, no such database): no use in asking again.
  if (state !== '') return { kind: 'fatal', error };
  // An error without SQLSTATE: the connection's own, or the callback's.
  return call.connectFailed || call.socket?.destroyed === true ? { kind: 'lost' } : { kind: 'fatal', error };
}

const isBehind = (error: unknown): boolean => error instanceof pg.DatabaseError && behind.has(error.code ?? '');

export function transient(what: string, cause: unknown): TransientFailure {
  return new TransientFailure(`the database ${what}`, { cause });
}
