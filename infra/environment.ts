/** Which environment variables a capability brings, and where a stage keeps their values. Names from lib/contract/env.ts. */
import { SecretValue } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { VariableName } from '../lib/contract/env.ts';
import type { Config } from './config.ts';
import type { Use } from './functions.ts';

/** Keys that the data stack does not make: an operator creates them and stores their ARNs. */
export const parameters = { sealingKey: 'kms-sealing-key-arn', signingKey: 'kms-signing-key-arn' } as const;

/** What other stacks have made: passed in, so that this file knows no stack. */
export interface Endpoints {
  readonly bucketName: string;
  readonly runStateMachineArn: string;
  /** `https://.../stage` of the management API: where a function posts to a connection. */
  readonly webSocketEndpoint: string;
  readonly webSocketHost: string;
}

type Values = Partial<Record<VariableName, string>>;

/** Plain settings live in Parameter Store under `/assay/<stage>/`, whatever carries a password in Secrets Manager. */
function stored(scope: Construct, config: Config): { parameter(name: string): string; secret(name: string): string } {
  return {
    parameter: (name) => StringParameter.valueForStringParameter(scope, `/assay/${config.stage}/${name}`),
    secret: (name) => SecretValue.secretsManager(`assay/${config.stage}/${name}`).unsafeUnwrap(),
  };
}

/** Empty where only one is known. */
function pricesOf({ modelPriceInput: input, modelPriceOutput: output }: Config): Values {
  return input === undefined || output === undefined ? {} : { OPENAI_PRICE_INPUT: input, OPENAI_PRICE_OUTPUT: output };
}

/** The environment of a function with these uses, and of no other: a function is given only what it needs. */
export function environmentOf(scope: Construct, config: Config, endpoints: Endpoints, uses: readonly Use[]): Values {
  const from = stored(scope, config);
  const variables: Record<Use, () => Values> = {
    database: () => ({ DATABASE_URL: from.secret('database-url') }),
    cache: () => ({ REDIS_URL: from.secret('redis-url'), REDIS_CLUSTER: 'true' }),
    'sign-in': () => ({ SUPABASE_URL: from.parameter('supabase-url') }),
    'public-url': () => ({ PUBLIC_URL: from.parameter('public-url') }),
    origins: () => ({ ALLOWED_ORIGINS: config.allowedOrigins }),
    outward: () => ({
      OWN_HOSTS: [endpoints.webSocketHost, ...config.ownHosts].join(','),
      PUBLIC_URL: from.parameter('public-url'),
    }),
    model: () => ({
      OPENAI_API_KEY: from.secret('openai-api-key'),
      OPENAI_BASE_URL: from.parameter('openai-base-url'),
      OPENAI_MODEL: config.model,
      ...pricesOf(config),
      ...(config.modelCostPerRun === undefined ? {} : { MODEL_COST_PER_RUN: config.modelCostPerRun }),
    }),
    push: () => ({ WEBSOCKET_ENDPOINT: endpoints.webSocketEndpoint }),
    objects: () => ({ REPORTS_BUCKET: endpoints.bucketName }),
    keys: () => ({
      KMS_KEY_ID: from.parameter(parameters.sealingKey),
      KMS_SIGNING_KEY_ID: from.parameter(parameters.signingKey),
    }),
    // Whether there is a model, by name, and what it costs: the key is for those alone that ask it.
    'start-run': () => ({
      RUN_STATE_MACHINE_ARN: endpoints.runStateMachineArn,
      OPENAI_MODEL: config.model,
      ...pricesOf(config),
    }),
    'stop-run': () => ({ RUN_STATE_MACHINE_ARN: endpoints.runStateMachineArn }),
    'answer-task': () => ({}),
  };
  return uses.reduce<Values>((all, use) => Object.assign(all, variables[use]()), { LOG_LEVEL: config.logLevel });
}
