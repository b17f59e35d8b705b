/**
 * Alarms on what users would notice, or soon will. Each names its entry in docs/runbook.md; a test holds the two against each other.
 * Nothing to measure is no symptom: a stage that nobody uses is quiet. Only the sweep must be heard of.
 */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  type MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { proxyShare } from '../concurrency.ts';
import { type Config, maxConnections } from '../config.ts';
import { runbook } from '../runbook.ts';
import type { StageMetrics } from './stage-metrics.ts';

/** Five minutes are one period, unless another is given. */
interface Symptom {
  readonly metric: Metric | MathExpression;
  readonly says: string;
  /** The threshold itself is too much, or with `below` not yet too little. */
  readonly threshold: number;
  readonly below?: true;
  readonly period?: Duration;
  /** So many of the last periods; 1 of 1 unless given. */
  readonly periods?: { readonly bad: number; readonly of: number };
  readonly missing?: TreatMissingData;
}

const lasting = { bad: 3, of: 3 } as const;
const gigabyte = 1024 ** 3;

function symptoms({ database, modelTokensPerDay }: Config, metrics: StageMetrics): Readonly<Record<string, Symptom>> {
  const connections = maxConnections[database.instance];
  return {
    'runs-failed': {
      metric: metrics.failedShare,
      says: 'A quarter or more of the runs that ended could assess nothing, in two quarters of an hour of the last four.',
      threshold: 0.25,
      period: Duration.minutes(15),
      periods: { bad: 2, of: 4 },
    },
    'runs-degraded': {
      metric: metrics.degradedShare,
      says: 'Half or more of the runs that ended had a step that was less than planned, in two quarters of an hour of the last four.',
      threshold: 0.5,
      period: Duration.minutes(15),
      periods: { bad: 2, of: 4 },
    },
    'runs-overdue': {
      metric: metrics.runsOverdue,
      says: 'The sweep found a run that its own machine and its event had not concluded, in two periods of the last three.',
      threshold: 1,
      periods: { bad: 2, of: 3 },
    },
    'dead-letters': {
      metric: metrics.deadLetters,
      says: 'The end of a run could not be dealt with after every attempt.',
      threshold: 1,
    },
    'sweep-stopped': {
      metric: metrics.sweeps,
      says: 'The sweep has not worked for ten minutes: runs that stick would stay so.',
      threshold: 1,
      below: true,
      period: Duration.minutes(10),
      missing: TreatMissingData.BREACHING,
    },
    'api-errors': {
      metric: metrics.apiErrorShare,
      says: 'One request in twenty or more is answered with 5xx.',
      threshold: 0.05,
      periods: { bad: 2, of: 3 },
    },
    'api-slow': {
      metric: metrics.apiLatency,
      says: 'One request in a hundred takes 5 s or more.',
      threshold: 5_000,
      periods: lasting,
    },
    'events-late': {
      metric: metrics.eventLatency,
      says: 'One push in twenty reaches who watches a run later than a second after it was published.',
      threshold: 1_000,
      periods: lasting,
    },
    'database-cpu': {
      metric: metrics.databaseCpu,
      says: 'The database has been busy to 85 % for a quarter of an hour.',
      threshold: 85,
      periods: lasting,
    },
    'database-connections': {
      metric: metrics.databaseConnections,
      says: 'Nine in ten of the connections that the database has are open.',
      threshold: Math.floor(connections * 0.9),
      periods: lasting,
    },
    'database-storage': {
      metric: metrics.databaseStorage,
      says: 'The database has less than a fifth of its disk left.',
      threshold: Math.floor(database.gb * 0.2 * gigabyte),
      below: true,
    },
    ...(database.proxy && {
      'proxy-pinned': {
        metric: metrics.proxyPinned,
        says: 'Eight in ten of the connections that the proxy may open are pinned to one function instance each.',
        threshold: Math.floor(connections * proxyShare * 0.8),
        periods: lasting,
      },
      'proxy-borrow': {
        metric: metrics.proxyBorrow,
        says: 'To be lent a connection by the proxy takes a second or more.',
        threshold: 1_000_000,
        periods: lasting,
      },
    }),
    'cache-unavailable': {
      metric: metrics.cacheUnavailable,
      says: 'Functions cannot reach the cache, in two periods of the last three.',
      threshold: 5,
      periods: { bad: 2, of: 3 },
    },
    'cache-throttled': {
      metric: metrics.cacheThrottled,
      says: 'The cache refuses commands: it is at its limit.',
      threshold: 1,
      periods: { bad: 2, of: 3 },
    },
    'model-budget': {
      metric: metrics.budgetRefused,
      says: 'Model calls were refused by the budget of a run or a person, or because nobody could ask it.',
      threshold: 1,
      period: Duration.hours(1),
    },
    'model-tokens': {
      metric: metrics.modelTokens,
      says: `The runs of a day have used ${modelTokensPerDay} tokens of the model (modelTokensPerDay).`,
      threshold: modelTokensPerDay,
      period: Duration.days(1),
    },
  };
}

export class SymptomAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(
    scope: Construct,
    id: string,
    { config, metrics, topic }: { config: Config; metrics: StageMetrics; topic: ITopic },
  ) {
    super(scope, id);
    const action = new SnsAction(topic);
    this.alarms = Object.entries(symptoms(config, metrics)).map(([name, symptom]) => {
      const { bad, of } = symptom.periods ?? { bad: 1, of: 1 };
      const alarm = new Alarm(this, name, {
        alarmName: `${config.prefix}-${name}`,
        alarmDescription: `${symptom.says} ${runbook(name)}`,
        metric: (symptom.period === undefined ? symptom.metric : symptom.metric.with({ period: symptom.period })) as IMetric,
        threshold: symptom.threshold,
        datapointsToAlarm: bad,
        evaluationPeriods: of,
        comparisonOperator:
          symptom.below === true ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: symptom.missing ?? TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}
