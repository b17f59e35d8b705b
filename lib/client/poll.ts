/** The run's state by HTTP: what is left where no socket can be had, and the judge of whether a silent run is over. */
import * as z from 'zod';
import { type Envelope, type RunEventBody, type RunState, runState } from '../contract/events.ts';
import { type RunOutcome, runOutcome, uuid } from '../contract/vocabulary.ts';
import { ApiRequestFailed, ApiUnreachable } from './errors.ts';
import { envelopes, type FollowDeps, type Following, forbidden } from './following.ts';

/** What following needs of GET /runs/{runId}. */
export const runView = z.object({
  id: uuid,
  projectId: uuid,
  outcome: runOutcome.nullable(),
  /** The state from the database's rows, for who can't have the stream. */
  state: runState.optional().catch(undefined),
});
export type RunView = z.infer<typeof runView>;

export interface Poll {
  /** Null when nobody can tell right now. Throws ApiRequestFailed if the run may not be seen. */
  view(): Promise<RunView | null>;
  /** What changed since the last time, and the end. */
  changes(): AsyncGenerator<Envelope, void>;
}

export function openPoll({ send }: FollowDeps, run: Following): Poll {
  let shown = '';
  const view = async (): Promise<RunView | null> => {
    try {
      return await send({ method: 'GET', path: `/runs/${encodeURIComponent(run.runId)}`, answer: runView, signal: run.signal });
    } catch (error) {
      if (error instanceof ApiUnreachable) return null;
      if (error instanceof ApiRequestFailed && !forbidden(error)) return null;
      throw error;
    }
  };
  return {
    view,
    changes: async function* () {
      const seen = await view();
      if (seen === null) return;
      const { state, outcome } = seen;
      if (state !== undefined && JSON.stringify(state) !== shown) {
        shown = JSON.stringify(state);
        yield* envelopes(run, run.reconciler.reset(snapshotOf(seen, state)));
      }
      if (outcome !== null) yield* envelopes(run, endOf(run, seen, outcome));
    },
  };
}

const snapshotOf = ({ id, projectId }: RunView, state: RunState): RunEventBody[] => [
  { type: 'RUN_STARTED', threadId: projectId, runId: id },
  { type: 'STATE_SNAPSHOT', snapshot: state },
  ...Object.keys(state.agents).map((stepName): RunEventBody => ({ type: 'STEP_STARTED', stepName })),
];

/** The end that the database knows and the stream never told. */
export function endOf(
  { reconciler }: Following,
  { id: runId, projectId: threadId }: RunView,
  outcome: RunOutcome,
): RunEventBody[] {
  const end: RunEventBody =
    outcome === 'failed'
      ? { type: 'RUN_ERROR', message: 'The run failed; its report says what was seen.', code: 'RUN_FAILED' }
      : {
          type: 'RUN_FINISHED',
          threadId,
          runId,
          outcome: { type: outcome === 'cancelled' ? outcome : 'success' },
          result: { outcome },
        };
  return [...reconciler.next({ type: 'RUN_STARTED', threadId, runId }), ...reconciler.next(end)];
}
