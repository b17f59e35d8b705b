/**
 * What one stack tells another, as parameters under `/assay/<stage>/`. No exports: an export cannot change while somebody imports it,
 * so that two stacks would hold each other fast.
 */
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';

export type ParameterName =
  // network
  | 'private-subnet-a'
  | 'private-subnet-b'
  | 'isolated-subnet-a'
  | 'isolated-subnet-b'
  | 'functions-security-group'
  | 'outward-security-group'
  | 'database-security-group'
  | 'proxy-security-group'
  | 'cache-security-group'
  // data
  | 'database-id'
  | 'database-url'
  | 'database-user-arn'
  | 'owner-url'
  | 'owner-user-arn'
  | 'redis-url'
  | 'reports-bucket'
  | 'kms-sealing-key-arn'
  | 'kms-signing-key-arn'
  // api
  | 'public-url'
  | 'http-api-id'
  | 'http-api-host'
  | 'websocket-url'
  | 'websocket-endpoint'
  | 'websocket-host'
  | 'websocket-stage-arn'
  // workflow
  | 'dead-letters-name'
  // made by a person before the first deployment
  | 'supabase-url';

export type Parameters = Partial<Record<ParameterName, string>>;
/** Answers with the value, known here or found when the stack is deployed. */
export type Lookup = (name: ParameterName) => string;

const pathOf = (config: Config, name: ParameterName): string => `/assay/${config.stage}/${name}`;

export function publish(scope: Construct, config: Config, values: Parameters): void {
  for (const [name, value] of Object.entries(values)) {
    new StringParameter(scope, `Parameter-${name}`, { parameterName: `/assay/${config.stage}/${name}`, stringValue: value });
  }
}

/** What the stack has made itself (`own`) is taken from there: its parameters do not exist yet when it reads them. */
export const lookupIn =
  (scope: Construct, config: Config, own: Parameters = {}): Lookup =>
  (name) =>
    own[name] ?? StringParameter.valueForStringParameter(scope, pathOf(config, name));
