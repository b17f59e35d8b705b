/**
 * What operators count, as CloudWatch's embedded metric format: JSON lines among the log lines, which CloudWatch turns into metrics.
 * Nothing is loaded or written unless METRICS_STAGE is set and the log is not silent.
 */
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { config } from './config.ts';
import { linesTo } from './logger.ts';

/**
 * Each metric has the dimensions service and stage, and `by` where there is one. CloudWatch bills every combination that is written
 * ($0.30 a month), so `by` takes few values, none of them an id. docs/runbook.md says which alarm watches which.
 */
const metrics = {
  /** Once for each run that ended. */
  RunsEnded: { unit: 'Count', by: 'outcome' },
  /** 0 or 1 for each run that ended: its average is the share of failed runs, and an alarm on it is billed as one metric. */
  RunFailed: { unit: 'Count', by: null },
  /** Likewise: it ended with a step that was less than planned. */
  RunDegraded: { unit: 'Count', by: null },
  RunsOverdue: { unit: 'Count', by: null },
  StepDuration: { unit: 'Milliseconds', by: 'step' },
  Degraded: { unit: 'Count', by: 'step' },
  Gaps: { unit: 'Count', by: null },
  ModelTokens: { unit: 'Count', by: null },
  /** A model call that a budget refused, or that was not made because nobody could ask the budget. */
  BudgetRefused: { unit: 'Count', by: null },
  /** From publishing to the last watcher's push. */
  EventLatency: { unit: 'Milliseconds', by: null },
  CacheUnavailable: { unit: 'Count', by: null },
  LeaseRefused: { unit: 'Count', by: null },
  BreakerOpened: { unit: 'Count', by: null },
} as const;
type Name = keyof typeof metrics;

/** `runId` is no dimension: it stands in the line, so that a query finds the run behind a number. */
interface Measured {
  readonly value?: number;
  readonly by?: string;
  readonly runId?: string;
}

let sink: Promise<Metrics | null> | undefined;

/** Never throws and is waited for by nobody: what is counted must not change what is done. */
export function measure(name: Name, measured: Measured = {}): void {
  sink ??= open();
  sink.then((to) => to !== null && write(to, name, measured)).catch(() => undefined);
}

/** For the one-machine runtime and tests: the next use reads the settings anew. */
export function forgetMetrics(): void {
  sink = undefined;
}

async function open(): Promise<Metrics | null> {
  const settings = config.metrics();
  if (settings === null) return null;
  const { Metrics } = await import('@aws-lambda-powertools/metrics');
  const { stage, file } = settings;
  const opened = new Metrics({ namespace: 'Assay', serviceName: 'assay', defaultDimensions: { stage } });
  if (file !== undefined) linesTo(opened, file);
  return opened;
}

/** One line each, in one go: dimensions belong to the whole line, and several steps share a process on one machine. */
function write(to: Metrics, name: Name, { value = 1, by, runId }: Measured): void {
  const { unit, by: dimension } = metrics[name];
  if (dimension !== null && by !== undefined) to.addDimension(dimension, by);
  if (runId !== undefined) to.addMetadata('runId', runId);
  to.addMetric(name, unit, value);
  to.publishStoredMetrics();
}
