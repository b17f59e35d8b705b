import { measure } from '../runtime/metrics.ts';
import type { Store } from '../store/store.ts';
import { type ConcludeDeps, concludeRun } from './conclude-run.ts';

/** What the report says of a run that its machine never ended. */
const stuck = { overdue: 'States.Timeout', 'never-started': 'NeverStarted' } as const;

/**
 * Concludes what nothing else did. One run's failure does not keep the others waiting; it is found again by the next sweep.
 */
export async function sweepRuns(deps: ConcludeDeps & { readonly sys: Store['sys'] }): Promise<void> {
  const due = await deps.sys.dueRuns(deps.clock.now(), { signal: deps.signal });
  for (const { runId, reason } of due) {
    deps.signal.throwIfAborted();
    measure('RunsOverdue', { runId });
    try {
      await concludeRun(deps, runId, { runError: stuck[reason] });
    } catch (error) {
      deps.logger.error('a run was not concluded', { runId, reason, error });
    }
  }
}
