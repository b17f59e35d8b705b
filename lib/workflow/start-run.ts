import { randomUUID } from 'node:crypto';
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Principal } from '../contract/principal.ts';
import type { RunMode } from '../contract/vocabulary.ts';
import { frameworkById, frameworks } from '../frameworks/index.ts';
import type { Clock } from '../runtime/clock.ts';
import { ApiError } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { insertAuditEvent } from '../store/audit.ts';
import { connectionsOfRun } from '../store/plan.ts';
import { ensureUser } from '../store/projects.ts';
import { countActiveRuns, insertRun, markStarted } from '../store/runs.ts';
import type { SqlTx, Store } from '../store/store.ts';
import { projectAccess } from './access.ts';
import { runStart } from './run-start.ts';

export interface StartRunDeps {
  readonly store: Store;
  readonly sfn: SFNClient;
  readonly stateMachineArn: string;
  readonly clock: Clock;
  readonly limits: { readonly activeRunsPerUser: number };
  /** Of the deployment; null: runs use checks alone. */
  readonly model: string | null;
  readonly logger: Logger;
}

export interface StartRunInput {
  readonly projectId: string;
  readonly frameworkId: string;
  /** With the deployment's model where there is one, unless it says otherwise. */
  readonly mode?: RunMode | undefined;
  readonly connectionIds: readonly string[];
  readonly approvals: boolean;
}

/** The cap on open connections of one person. */
const MAX_SOURCES = 10;

/**
 * Inserts the run, then starts its execution under the run's id: asking twice starts once, and a run whose start failed is
 * found by the sweep. @throws ApiError NOT_FOUND, FORBIDDEN, BAD_REQUEST, TOO_MANY_RUNS, UNAVAILABLE
 */
export async function startRun(
  deps: StartRunDeps,
  principal: Principal,
  input: StartRunInput,
  signal: AbortSignal,
): Promise<{ runId: string }> {
  checkInput(input, deps.model);
  const mode = input.mode ?? (deps.model === null ? 'checks' : 'model');
  const runId = randomUUID();
  await deps.store.forUserInSql(
    principal,
    async (tx) => {
      // What is asked together is sent together; who may not start here waits for nothing else.
      await Promise.all([ensureUser(tx, principal), authorise(tx, principal, input)]);
      await withinLimit(tx, principal, deps.limits.activeRunsPerUser);
      const started = { projectId: input.projectId, userId: principal.userId, action: 'run.start', target: runId };
      await Promise.all([
        insertRun(tx, { id: runId, startedBy: principal.userId, ...input, mode }),
        insertAuditEvent(tx, started),
      ]);
    },
    { signal },
  );
  await startExecution(deps, runId, input.approvals, signal);
  return { runId };
}

/** Here and not only in the route's schema, because a socket starts runs too. */
function checkInput({ frameworkId, mode, connectionIds }: StartRunInput, model: string | null): void {
  if (frameworkById(frameworkId) === undefined) {
    const known = frameworks.map(({ id }) => id).join(', ');
    throw new ApiError('BAD_REQUEST', `frameworkId: '${frameworkId}' is unknown; choose from ${known}`);
  }
  if (mode === 'model' && model === null) {
    throw new ApiError('BAD_REQUEST', "mode: no model is configured here (OPENAI_MODEL and OPENAI_API_KEY); use 'checks'");
  }
  if (connectionIds.length === 0 || connectionIds.length > MAX_SOURCES || new Set(connectionIds).size < connectionIds.length) {
    throw new ApiError('BAD_REQUEST', `connectionIds: 1 to ${MAX_SOURCES} connections, each once`);
  }
}

async function authorise(tx: SqlTx, principal: Principal, { projectId, connectionIds }: StartRunInput): Promise<void> {
  const [, found] = await Promise.all([projectAccess(tx, principal, projectId, 'write'), connectionsOfRun(tx, connectionIds)]);
  const missing = connectionIds.find((id) => !found.some((connection) => connection.id === id));
  if (missing !== undefined) throw new ApiError('NOT_FOUND', `There is no connection ${missing}.`);
}

async function withinLimit(tx: SqlTx, principal: Principal, most: number): Promise<void> {
  const active = await countActiveRuns(tx, principal.userId);
  if (active >= most) {
    throw new ApiError(
      'TOO_MANY_RUNS',
      `You have ${active} runs under way, and ${most} is the most. Wait for one to end, or cancel one.`,
    );
  }
}

async function startExecution(deps: StartRunDeps, runId: string, approvals: boolean, signal: AbortSignal): Promise<void> {
  const command = { stateMachineArn: deps.stateMachineArn, name: runId, input: JSON.stringify({ runId }) };
  const started = await deps.sfn.send(new StartExecutionCommand(command), { abortSignal: signal }).catch((error: unknown) => {
    deps.logger.error('a run did not start', { runId, error });
    const message = 'The run was recorded but did not start; it will be concluded shortly. Start another.';
    throw new ApiError('UNAVAILABLE', message, { runId }, { cause: error });
  });
  const startedAt = started.startDate ?? deps.clock.now();
  const start = runStart(startedAt, started.executionArn ?? null, approvals);
  try {
    // Without the request's signal: it runs, whether or not anybody still waits for the answer.
    await deps.store.forRunInSql(runId, (tx) => markStarted(tx, runId, start));
  } catch (error) {
    // Told to start another, the person would have two. Unmarked, this one is concluded by the sweep with what it has by then.
    deps.logger.error('a run was started but not marked so', { runId, error });
  }
}
