/** The typed client of the API and its event stream, for browser and Node: everything it needs of the platform is passed in. */
import * as z from 'zod';
import type { Envelope } from '../contract/events.ts';
import { type RunMode, uuid } from '../contract/vocabulary.ts';
import { follow } from './follow.ts';
import type { FollowDeps } from './following.ts';
import { type HttpSettings, jsonSender, type SendJson } from './http.ts';
import { type RunView, runView } from './poll.ts';
import type { SocketConstructor } from './socket.ts';

export interface ClientSettings extends HttpSettings {
  /** `wss://socket.example.org/stage`, without a query. */
  readonly wsUrl: string;
  readonly WebSocket: SocketConstructor;
  /** For the jitter of reconnecting; Math.random unless given. */
  readonly random?: () => number;
}

export interface RunWanted {
  readonly frameworkId?: string;
  readonly mode?: RunMode;
  readonly connectionIds?: readonly string[];
  /** False where nobody will answer `assay.approval`: what needs it is then a gap at once. */
  readonly approvals?: boolean;
}

export interface Client {
  /** Any route of the API. Throws ApiRequestFailed, ApiUnreachable, UnexpectedAnswer. */
  readonly request: SendJson;
  /** The new run's id. The same key never starts a second run; a random one is used unless given. */
  startRun(
    projectId: string,
    wanted: RunWanted,
    options?: { readonly idempotencyKey?: string; readonly signal?: AbortSignal },
  ): Promise<string>;
  cancelRun(runId: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Of one exact set of calls that the run waits with; only its starter may. Asking the same again is fine. */
  decide(approvalId: string, decision: 'approve' | 'reject', options?: { readonly signal?: AbortSignal }): Promise<void>;
  getRun(runId: string, options?: { readonly signal?: AbortSignal }): Promise<RunView>;
  /** Every event once, in order, ending with RUN_FINISHED or RUN_ERROR (see follow.ts). */
  follow(runId: string, options?: { readonly signal?: AbortSignal }): AsyncIterable<Envelope>;
}

const started = z.object({ runId: uuid });

export function createClient(settings: ClientSettings): Client {
  const { wsUrl, WebSocket, random = Math.random } = settings;
  const send = jsonSender(settings);
  const deps: FollowDeps = { send, wsUrl, WebSocket, random };
  const at = (runId: string): string => `/runs/${encodeURIComponent(runId)}`;
  return {
    request: send,
    startRun: async (projectId, wanted, { idempotencyKey = crypto.randomUUID(), signal } = {}) => {
      const { runId } = await send({
        method: 'POST',
        path: `/projects/${encodeURIComponent(projectId)}/runs`,
        body: wanted,
        answer: started,
        idempotencyKey,
        ...(signal === undefined ? {} : { signal }),
      });
      return runId;
    },
    cancelRun: async (runId, options) => {
      await send({ method: 'POST', path: `${at(runId)}/cancel`, body: {}, answer: z.unknown(), ...options });
    },
    decide: async (approvalId, decision, options) => {
      const path = `/approvals/${encodeURIComponent(approvalId)}`;
      await send({ method: 'POST', path, body: { decision }, answer: z.unknown(), ...options });
    },
    getRun: (runId, options) => send({ method: 'GET', path: at(runId), answer: runView, ...options }),
    follow: (runId, options) => follow(deps, runId, options),
  };
}
