/** Access logs of an API: ids, route, status and time; no query string, because a WebSocket ticket travels in it. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export function accessLog(scope: Construct, id: string): IAccessLogSettings {
  const group = new LogGroup(scope, id, { retention: RetentionDays.THREE_MONTHS, removalPolicy: RemovalPolicy.DESTROY });
  const fields = ['requestId', 'routeKey', 'status', 'responseLatency', 'integrationErrorMessage', 'requestTime'];
  const format = Object.fromEntries(fields.map((field) => [field, `$context.${field}`]));
  return { destination: new LogGroupLogDestination(group), format: AccessLogFormat.custom(JSON.stringify(format)) };
}
