/** Who may do what: asked in the transaction that then does it. */
import type { Principal } from '../contract/principal.ts';
import type { Role } from '../contract/vocabulary.ts';
import { ApiError } from '../runtime/errors.ts';
import { roleIn } from '../store/members.ts';
import { getRun, type RunRow } from '../store/runs.ts';
import type { SqlTx } from '../store/store.ts';

/** `read` is any member; `write` an owner or editor; `own` an owner. */
export type Need = 'read' | 'write' | 'own';

const allowed: Readonly<Record<Need, readonly Role[]>> = {
  read: ['owner', 'editor', 'auditor'],
  write: ['owner', 'editor'],
  own: ['owner'],
};

/** @throws ApiError NOT_FOUND for a project one is no member of, FORBIDDEN where the role is too low. */
export async function projectAccess(tx: SqlTx, principal: Principal, projectId: string, need: Need): Promise<Role> {
  const role = await roleIn(tx, projectId, principal.userId);
  if (role === null) throw new ApiError('NOT_FOUND', 'There is no such project.');
  if (!allowed[need].includes(role))
    throw new ApiError('FORBIDDEN', `Your role in this project is ${role}; this needs ${allowed[need].join(' or ')}.`);
  return role;
}

/** The run, to a member of its project. @throws ApiError NOT_FOUND, FORBIDDEN */
export async function runAccess(tx: SqlTx, principal: Principal, runId: string, need: Need): Promise<RunRow> {
  const run = await getRun(tx, runId);
  if (run === null) throw new ApiError('NOT_FOUND', 'There is no such run.');
  await projectAccess(tx, principal, run.projectId, need);
  return run;
}
