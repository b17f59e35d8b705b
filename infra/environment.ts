/** Which environment variables a capability brings. Names from lib/contract/env.ts, values from what the stacks tell each other. */
import { SecretValue, type Stack } from 'aws-cdk-lib';
import type { VariableName } from '../lib/contract/env.ts';
import { usesDatabase } from './concurrency.ts';
import type { Config } from './config.ts';
import type { FunctionSpec, Use } from './functions.ts';
import { machineArn } from './grants.ts';
import type { Lookup } from './parameters.ts';

/** `NODE_` variables are Node's own. */
export type Variables = Partial<Record<VariableName | 'NODE_OPTIONS' | 'NODE_EXTRA_CA_CERTS', string>>;

/** An instance shows a certificate of RDS's own authority, which Lambda has lying there; a proxy shows a public one. */
const withRdsAuthority = { NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' } as const;

/** Empty where only one is known. */
function pricesOf({ modelPriceInput: input, modelPriceOutput: output }: Config): Variables {
  return input === undefined || output === undefined ? {} : { OPENAI_PRICE_INPUT: input, OPENAI_PRICE_OUTPUT: output };
}

/** The environment of a function with these uses, and of no other: a function is given only what it needs. */
export function environmentOf(stack: Stack, config: Config, at: Lookup, spec: FunctionSpec): Variables {
  const keys = (): Variables => ({ KMS_KEY_ID: at('kms-sealing-key-arn'), KMS_SIGNING_KEY_ID: at('kms-signing-key-arn') });
  const objects = (): Variables => ({ REPORTS_BUCKET: at('reports-bucket') });
  const runs = (): Variables => ({ RUN_STATE_MACHINE_ARN: machineArn(stack, config, 'run') });
  const variables: Record<Use, () => Variables> = {
    database: () => ({
      DATABASE_URL: at('database-url'),
      DATABASE_IAM: 'true',
      DATABASE_DIRECT: String(!config.database.proxy),
      DATABASE_POOL_MAX: String(config.database.poolMax),
    }),
    'database-owner': () => ({ DATABASE_URL: at('owner-url'), DATABASE_IAM: 'true' }),
    cache: () => ({ REDIS_URL: at('redis-url'), REDIS_CLUSTER: 'true' }),
    'sign-in': () => ({ SUPABASE_URL: at('supabase-url') }),
    'public-url': () => ({ PUBLIC_URL: at('public-url') }),
    origins: () => ({ ALLOWED_ORIGINS: config.allowedOrigins.join(',') }),
    outward: () => ({
      OWN_HOSTS: [at('http-api-host'), at('websocket-host'), ...config.ownHosts].join(','),
      PUBLIC_URL: at('public-url'),
    }),
    // The one secret of a stage. CloudFormation resolves it; the template holds its name.
    model: (): Variables =>
      config.model === ''
        ? {}
        : {
            OPENAI_API_KEY: SecretValue.secretsManager(`assay/${config.stage}/openai-api-key`).unsafeUnwrap(),
            OPENAI_BASE_URL: config.modelBaseUrl,
            OPENAI_MODEL: config.model,
            ...(config.embeddingModel === undefined ? {} : { OPENAI_EMBEDDING_MODEL: config.embeddingModel }),
            ...pricesOf(config),
            ...(config.modelCostPerRun === undefined ? {} : { MODEL_COST_PER_RUN: config.modelCostPerRun }),
          },
    push: () => ({ WEBSOCKET_ENDPOINT: at('websocket-endpoint') }),
    'read-objects': objects,
    'write-objects': objects,
    'erase-objects': objects,
    seal: keys,
    unseal: keys,
    sign: keys,
    // Whether there is a model, by name, and what it costs: the key is for those alone that ask it.
    'start-run': () => ({ ...runs(), OPENAI_MODEL: config.model, ...pricesOf(config) }),
    'stop-run': runs,
    'answer-task': () => ({}),
  };
  const direct = spec.uses.includes('database-owner') || (usesDatabase(spec) && !config.database.proxy);
  return Object.assign(
    { LOG_LEVEL: config.logLevel, METRICS_STAGE: config.stage, NODE_OPTIONS: '--enable-source-maps' },
    direct ? withRdsAuthority : {},
    ...spec.uses.map((use) => variables[use]()),
  );
}
