/** How an extraction comes to know what it may call, and asks for what it may not. */
import { randomUUID } from 'node:crypto';
import { approvalLimits } from '../contract/run-state.ts';
import type { Connections } from '../mcp/connections.ts';
import { SourceUnavailable } from '../mcp/errors.ts';
import { accessHeaders } from '../mcp/oauth/access.ts';
import type { AccessDeps } from '../mcp/oauth/renew.ts';
import { type PermittedSession, permitted } from '../mcp/permitted.ts';
import type { DecidedCall } from '../mcp/policy.ts';
import { profileById } from '../mcp/profiles/index.ts';
import type { ToolDefinition } from '../mcp/session.ts';
import type { Clock } from '../runtime/clock.ts';
import { type ApprovalCall, type ApprovalRow, insertApproval } from '../store/approvals.ts';
import { connectionsOfRun, type PlanTaskRow, type RunConnection } from '../store/plan.ts';
import type { SqlTx, Store } from '../store/store.ts';
import { getToolPolicy, pinTools, type ToolPolicyRow } from '../store/tool-policy.ts';
import { grantsThrough } from './oauth-grants.ts';
import { whenThereIsRoom } from './room.ts';
import type { StepContext } from './step.ts';

export interface AskingDeps {
  readonly store: Store;
  readonly connections: Connections;
  /** What opens a connection's credentials and renews them. */
  readonly access: AccessDeps;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** 1 in production; tests shrink every limit by the same factor. */
  readonly timeScale: number;
}

/** Of one approval: what a person can look through. The next round asks for the rest. */
const MAX_CALLS = 20;

/** A connection and which of its tools may be called, as they are when the extraction begins; null where it was deleted meanwhile. */
export type Held = { readonly connection: RunConnection; readonly policy: ToolPolicyRow } | null;

export async function heldConnection(tx: SqlTx, connectionId: string): Promise<Held> {
  const [[connection], policy] = await Promise.all([connectionsOfRun(tx, [connectionId]), getToolPolicy(tx, connectionId)]);
  return connection === undefined || policy === null ? null : { connection, policy };
}

/** Connects, and pins the tools that are seen for the first time. @throws SourceUnavailable */
export async function openPermitted(
  deps: AskingDeps,
  { run }: Pick<StepContext, 'run'>,
  { source }: PlanTaskRow,
  held: Held,
  approvals: readonly ApprovalRow[],
): Promise<PermittedSession> {
  if (held === null) throw new SourceUnavailable('unreachable', `The connection to ${source} was deleted.`);
  const { id: connectionId, name, url, version } = held.connection;
  const { readOnlyTools } = profileById(held.connection.profile);
  const grants = grantsThrough((work) => deps.store.forRun(run.id, work));
  const access = await accessHeaders({ ...deps.access, grants }, held.connection, deps.signal);
  const { elicitation } = held.policy.policy;
  const target = { connectionId, name, url, ...access, version, elicitation, repeatable: readOnlyTools, runId: run.id };
  const connecting = () => deps.connections.connect({ userId: run.startedBy }, target, deps.signal);
  const session = await whenThereIsRoom(connecting, deps);
  try {
    // A definition that changed must be noticed before a call that may change something; for reading the remembered list will do.
    const { allowed } = held.policy.policy;
    const anew = allowed.some((tool) => !readOnlyTools.includes(tool)) || approvals.some(({ status }) => status === 'approved');
    const tools = await session.listTools(deps.signal, { anew });
    const { policy, pins } = await pinned(deps.store, run.id, connectionId, held.policy, tools);
    const decided = approvals.flatMap(({ status, calls }) => calls.map((call): DecidedCall => ({ ...call, status })));
    const unasked = whyUnasked(run.approvals, approvals.length);
    return permitted(session, { policy, pins, readOnlyTools, decided, unasked }, tools);
  } catch (error) {
    await session.close().catch(() => undefined);
    throw error;
  }
}

/** The policy once every tool that had no pin has one; nothing is written where all have. */
async function pinned(
  store: Store,
  runId: string,
  connectionId: string,
  policy: ToolPolicyRow,
  tools: readonly ToolDefinition[],
): Promise<ToolPolicyRow> {
  const unseen = tools.filter(({ name }) => !policy.pins.has(name));
  if (unseen.length === 0) return policy;
  return store.forRun(runId, async (tx) => {
    await pinTools(tx, connectionId, policy.version, unseen);
    return (await getToolPolicy(tx, connectionId)) ?? policy;
  });
}

function whyUnasked(hasApprover: boolean, roundsAsked: number): string | null {
  if (!hasApprover) return 'this run was started without anybody to ask';
  return roundsAsked < approvalLimits.rounds ? null : `it asked ${approvalLimits.rounds} times, which is the most`;
}

/** Records the exact calls, in the transaction of an attempt that still holds its step. @throws StaleAttempt */
export async function askForApproval(
  { store, clock, timeScale }: Pick<AskingDeps, 'store' | 'clock' | 'timeScale'>,
  { run, fence }: StepContext,
  { id: planTaskId, connectionId, source }: PlanTaskRow,
  calls: readonly ApprovalCall[],
  round: number,
): Promise<{ readonly id: string; readonly round: number }> {
  const id = randomUUID();
  const requestedAt = clock.now();
  const expiresAt = new Date(requestedAt.getTime() + approvalLimits.seconds * 1000 * timeScale);
  const approval = {
    id,
    planTaskId,
    connectionId,
    round,
    server: source,
    calls: calls.slice(0, MAX_CALLS),
    requestedAt,
    expiresAt,
  };
  await store.forRun(run.id, (tx) => insertApproval(tx, fence, approval));
  return { id, round };
}

export const isWaiting = ({ status, expiresAt }: ApprovalRow, now: Date): boolean => status === 'pending' && now < expiresAt;

/** The names of its tools, each once. */
export const toolsOf = ({ calls }: Pick<ApprovalRow, 'calls'>): string => [...new Set(calls.map(({ tool }) => tool))].join(', ');

/** What a reader is told of an approval that nobody answered. */
export const expiredBy = (approval: Pick<ApprovalRow, 'calls'>): string =>
  `The person who started the run did not approve in time: ${toolsOf(approval)}.`;
