/** What a stage says about itself: metrics of the program (lib/runtime/metrics.ts) and of what AWS runs for it. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Config } from '../config.ts';
import type { Lookup } from '../parameters.ts';

const fiveMinutes = Duration.minutes(5);
const outcomes = ['complete', 'partial', 'failed', 'cancelled'] as const;
const steps = ['plan', 'extract', 'assess', 'section', 'remediate', 'summarise', 'compare'] as const;
/** A run is less than planned in a step, or in a stage as a whole. */
const degradable = [...steps, 'analysis', 'report', 'run'] as const;

export type StageMetrics = ReturnType<typeof stageMetrics>;

export function stageMetrics({ prefix, stage }: Config, at: Lookup) {
  const metric = (namespace: string, metricName: string, statistic: string, dimensionsMap: Record<string, string>) =>
    new Metric({ namespace, metricName, statistic, dimensionsMap, period: fiveMinutes });
  const own = (name: string, statistic: string, more: Record<string, string> = {}) =>
    metric('Assay', name, statistic, { service: 'assay', stage, ...more });
  const api = (name: string, statistic: string) => metric('AWS/ApiGateway', name, statistic, { ApiId: at('http-api-id') });
  const database = (name: string, statistic: string) =>
    metric('AWS/RDS', name, statistic, { DBInstanceIdentifier: at('database-id') });
  const proxy = (name: string, statistic: string) => metric('AWS/RDS', name, statistic, { ProxyName: prefix });
  const sweep = (name: string) => metric('AWS/Lambda', name, Stats.SUM, { FunctionName: `${prefix}-events-sweep` });

  return {
    runsEnded: outcomes.map((outcome) => own('RunsEnded', Stats.SUM, { outcome }).with({ label: outcome })),
    /** Of those that ended, from 0 to 1. */
    failedShare: own('RunFailed', Stats.AVERAGE),
    degradedShare: own('RunDegraded', Stats.AVERAGE),
    runsOverdue: own('RunsOverdue', Stats.SUM),
    stepDurations: steps.map((step) => own('StepDuration', Stats.p(95), { step }).with({ label: step })),
    degraded: degradable.map((step) => own('Degraded', Stats.SUM, { step }).with({ label: step })),
    gaps: own('Gaps', Stats.SUM),
    modelTokens: own('ModelTokens', Stats.SUM),
    budgetRefused: own('BudgetRefused', Stats.SUM),
    /** Milliseconds. */
    eventLatency: own('EventLatency', Stats.p(95)),
    cacheUnavailable: own('CacheUnavailable', Stats.SUM),
    leaseRefused: own('LeaseRefused', Stats.SUM),
    breakerOpened: own('BreakerOpened', Stats.SUM),
    deadLetters: metric('AWS/SQS', 'ApproximateNumberOfMessagesVisible', Stats.MAXIMUM, { QueueName: at('dead-letters-name') }),
    /** A failed call has swept nothing. */
    sweeps: new MathExpression({
      expression: 'FILL(called, 0) - FILL(failed, 0)',
      usingMetrics: { called: sweep('Invocations'), failed: sweep('Errors') },
      period: fiveMinutes,
      label: 'sweeps',
    }),
    apiRequests: api('Count', Stats.SUM),
    /** Of the requests, from 0 to 1. */
    apiErrorShare: api('5xx', Stats.AVERAGE),
    /** Milliseconds. */
    apiLatency: api('Latency', Stats.p(99)),
    databaseCpu: database('CPUUtilization', Stats.AVERAGE),
    databaseConnections: database('DatabaseConnections', Stats.MAXIMUM),
    /** Bytes. */
    databaseStorage: database('FreeStorageSpace', Stats.MINIMUM),
    proxyPinned: proxy('DatabaseConnectionsCurrentlySessionPinned', Stats.MAXIMUM),
    /** Microseconds. */
    proxyBorrow: proxy('DatabaseConnectionsBorrowLatency', Stats.AVERAGE),
    cacheThrottled: metric('AWS/ElastiCache', 'ThrottledCmds', Stats.SUM, { clusterId: prefix }),
  };
}
