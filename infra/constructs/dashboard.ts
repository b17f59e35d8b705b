/** One page: how runs end, how long they take, what people wait for, and what it all stands on. Alarms first. */
import {
  AlarmStatusWidget,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  Dashboard as Page,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { StageMetrics } from './stage-metrics.ts';

export interface DashboardProps {
  readonly name: string;
  readonly metrics: StageMetrics;
  readonly alarms: readonly IAlarm[];
  readonly hasProxy: boolean;
}

const columns = 24;

function graph(title: string, left: readonly unknown[], right: readonly unknown[] = []): IWidget {
  const all = (metrics: readonly unknown[]) => metrics as IMetric[];
  return new GraphWidget({ title, left: all(left), right: all(right), width: columns / 3, height: 6 });
}

export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { name, metrics: m, alarms, hasProxy }: DashboardProps) {
    super(scope, id);
    new Page(this, 'Page', {
      dashboardName: name,
      widgets: [
        [new AlarmStatusWidget({ alarms: [...alarms], width: columns, height: 3 })],
        [
          graph('Runs by outcome', m.runsEnded),
          graph('Steps less than planned', m.degraded, [m.gaps]),
          graph('Runs overdue, sweeps', [m.runsOverdue, m.deadLetters], [m.sweeps]),
        ],
        [
          graph('Steps: duration, p95', m.stepDurations),
          graph('Events: from publishing to push, p95', [m.eventLatency]),
          graph('Model: tokens, refusals', [m.modelTokens], [m.budgetRefused]),
        ],
        [
          graph('API: requests, share of 5xx', [m.apiRequests], [m.apiErrorShare]),
          graph('API: latency, p99', [m.apiLatency]),
          graph('Connections of users: refused, left alone', [m.leaseRefused, m.breakerOpened]),
        ],
        [
          graph('Database: CPU, free disk', [m.databaseCpu], [m.databaseStorage]),
          graph(
            'Database: connections',
            [m.databaseConnections, ...(hasProxy ? [m.proxyPinned] : [])],
            hasProxy ? [m.proxyBorrow] : [],
          ),
          graph('Cache: unavailable, throttled', [m.cacheUnavailable, m.cacheThrottled]),
        ],
      ],
    });
  }
}
