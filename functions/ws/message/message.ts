import { type ClientAction, type Cursor, clientAction, type ServerMessage } from '../../../lib/contract/events.ts';
import type { Principal } from '../../../lib/contract/principal.ts';
import type { RunMode } from '../../../lib/contract/vocabulary.ts';
import type { Clock } from '../../../lib/runtime/clock.ts';
import { ApiError } from '../../../lib/runtime/errors.ts';
import { toApiError } from '../../../lib/runtime/http/error-answer.ts';
import { tooMany } from '../../../lib/runtime/http/rate-limit.ts';
import type { SocketRequest } from '../../../lib/runtime/websocket.ts';

export interface RunWanted {
  readonly projectId: string;
  readonly frameworkId: string;
  /** Left out: as the deployment has it. */
  readonly mode?: RunMode;
  readonly connectionIds: readonly string[];
  readonly approvals: boolean;
}

type Bounds = Pick<SocketRequest, 'signal' | 'logger'>;

export interface MessageDependencies {
  /** Who opened this connection; null when nobody known did. */
  readonly owner: (connectionId: string) => Promise<Principal | null>;
  readonly takeRequest: (userId: string) => Promise<{ readonly allowed: boolean; readonly retryAfterSeconds: number }>;
  /** Sends what follows `after`, then everything new. */
  readonly watch: (wanted: {
    readonly runId: string;
    readonly connectionId: string;
    readonly principal: Principal;
    readonly after: Cursor | null;
    readonly requestId?: string;
  }) => Promise<'watching' | 'expired' | 'not-found'>;
  readonly unwatch: (connectionId: string, runId: string) => Promise<void>;
  readonly startRun: (principal: Principal, wanted: RunWanted, request: Bounds) => Promise<{ readonly runId: string }>;
  readonly cancelRun: (principal: Principal, runId: string, request: Bounds) => Promise<void>;
  /** @returns the run that asked. */
  readonly decide: (
    principal: Principal,
    approvalId: string,
    decision: 'approve' | 'reject',
    request: Bounds,
  ) => Promise<{ readonly runId: string }>;
  readonly send: (connectionId: string, message: ServerMessage) => Promise<void>;
  readonly disconnect: (connectionId: string) => Promise<void>;
  readonly clock: Clock;
}

/** What `start` means where the client leaves it open: the same defaults as POST /projects/{projectId}/runs. */
const startDefaults = { frameworkId: 'nist-csf-2.0', connectionIds: [], approvals: true } as const;

/** One message from a client; every answer, good or bad, is a frame that repeats its requestId. */
export function message(dependencies: MessageDependencies) {
  const { owner, takeRequest, send, disconnect, clock } = dependencies;
  return async (request: SocketRequest): Promise<void> => {
    const { connectionId, body, logger } = request;
    const raw = parse(body);
    const requestId = requestIdOf(raw);
    try {
      const principal = await owner(connectionId);
      // Authorisation happened when the socket opened; the token may have run out since.
      if (principal === null || principal.expiresAt * 1000 <= clock.now().getTime()) {
        throw new ApiError('UNAUTHENTICATED', 'The sign-in behind this connection has expired.');
      }
      const { allowed, retryAfterSeconds } = await takeRequest(principal.userId);
      if (!allowed) throw tooMany(retryAfterSeconds);
      const action = clientAction.safeParse(raw);
      if (!action.success) {
        const [issue] = action.error.issues;
        throw new ApiError('BAD_REQUEST', `${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'not understood'}`);
      }
      await send(connectionId, await perform(dependencies, principal, request, action.data));
    } catch (error) {
      const { code, message: text, status } = toApiError(error);
      if (status >= 500) logger.error('socket action failed', { userId: null, error });
      await send(connectionId, { v: 1, kind: 'error', code, message: text, ...(requestId === undefined ? {} : { requestId }) });
      if (code === 'UNAUTHENTICATED') await disconnect(connectionId);
    }
  };
}

async function perform(
  dependencies: MessageDependencies,
  principal: Principal,
  request: SocketRequest,
  action: ClientAction,
): Promise<ServerMessage> {
  const { connectionId } = request;
  const answer = action.requestId === undefined ? { v: 1 as const } : { v: 1 as const, requestId: action.requestId };
  switch (action.action) {
    case 'ping':
      return { ...answer, kind: 'pong' };
    case 'subscribe': {
      const { runId, after = null, requestId } = action;
      const wanted = { runId, connectionId, principal, after, ...(requestId === undefined ? {} : { requestId }) };
      const outcome = await dependencies.watch(wanted);
      if (outcome === 'expired') throw new ApiError('UNAUTHENTICATED', 'The sign-in behind this connection has expired.');
      if (outcome === 'not-found') throw new ApiError('NOT_FOUND', 'There is no such run.');
      return { ...answer, kind: 'ack', runId };
    }
    case 'unsubscribe':
      await dependencies.unwatch(connectionId, action.runId);
      return { ...answer, kind: 'ack', runId: action.runId };
    case 'start': {
      const { projectId, frameworkId, mode, connectionIds, approvals } = action;
      const wanted = {
        projectId,
        frameworkId: frameworkId ?? startDefaults.frameworkId,
        ...(mode === undefined ? {} : { mode }),
        connectionIds: connectionIds ?? startDefaults.connectionIds,
        approvals: approvals ?? startDefaults.approvals,
      };
      const { runId } = await dependencies.startRun(principal, wanted, request);
      return { ...answer, kind: 'ack', runId };
    }
    case 'cancel':
      await dependencies.cancelRun(principal, action.runId, request);
      return { ...answer, kind: 'ack', runId: action.runId };
    case 'approve': {
      const { runId } = await dependencies.decide(principal, action.approvalId, action.decision, request);
      return { ...answer, kind: 'ack', runId };
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Known even where the rest of the message is not understood, so that the client can tell which request failed. */
function requestIdOf(raw: unknown): string | undefined {
  if (typeof raw !== 'object' || raw === null || !('requestId' in raw)) return undefined;
  const { requestId } = raw;
  return typeof requestId === 'string' && requestId.length > 0 && requestId.length <= 64 ? requestId : undefined;
}
