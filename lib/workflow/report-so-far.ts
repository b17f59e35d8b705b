import type { UnsealedReport } from '../contract/report.ts';
import { assembleReport } from '../report/assemble.ts';
import type { RunData } from '../report/run-data.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Store } from '../store/store.ts';
import { loadRunData } from './run-data.ts';
import type { StepContext } from './step.ts';

interface ReadingDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface SoFar {
  readonly report: UnsealedReport;
  readonly checks: RunData['checks'];
}

/** Milliseconds; the report stage ends after 180 s. */
const KEPT_MS = 60_000;
/** Runs that one process holds at once: a function serves one at a time, the one-machine runtime many. */
const MAX_KEPT = 30;
const kept = new Map<string, Promise<SoFar>>();

/**
 * The report as it would be now; final but for what the report stage itself adds. What it rests on does not change any more once the
 * stage has raised the run's epoch, so that the writers of one process share it.
 */
export function reportSoFar(deps: ReadingDeps, { run: { id }, fence: { epoch } }: StepContext): Promise<SoFar> {
  const key = `${id} ${epoch}`;
  const known = kept.get(key);
  // Cut off with the task that began it: whoever still has time loads it themselves.
  if (known !== undefined) return known.catch(() => load(deps, id));
  const made = load(deps, id);
  kept.set(key, made);
  const forget = (): void => void (kept.get(key) === made && kept.delete(key));
  made.catch(forget);
  setTimeout(forget, KEPT_MS).unref();
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value ?? key);
  return made;
}

async function load({ store, clock, signal }: ReadingDeps, runId: string): Promise<SoFar> {
  const { data } = await loadRunData(store, runId, clock.now(), signal);
  return { report: assembleReport(data), checks: data.checks };
}
