/** What operators watch: alarms on symptoms, each with its entry in docs/runbook.md, and one dashboard. */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { alarmTopic } from '../constructs/alarm-topic.ts';
import { Dashboard } from '../constructs/dashboard.ts';
import { stageMetrics } from '../constructs/stage-metrics.ts';
import { SymptomAlarms } from '../constructs/symptom-alarms.ts';
import { lookupIn } from '../parameters.ts';

export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const metrics = stageMetrics(config, lookupIn(this, config));
    const topic = alarmTopic(this, config);
    const { alarms } = new SymptomAlarms(this, 'Symptoms', { config, metrics, topic });
    new Dashboard(this, 'Dashboard', { name: config.prefix, metrics, alarms, hasProxy: config.database.proxy });
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn, description: 'Where alarms go: subscribe whoever is on call' });
  }
}
