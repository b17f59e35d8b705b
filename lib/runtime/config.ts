/**
 * Settings by section, parsed when a function first needs them: a function that never opens the database starts without DATABASE_URL.
 * The only reader of the process environment in lib and functions. Every section throws BadEnvironment.
 */
import * as z from 'zod';
import { BadEnvironment, parseEnv, variables } from '../contract/env.ts';

type Environment = Readonly<Record<string, string | undefined>>;
let environment: Environment = process.env;

/** The one-machine runtime runs every function in its own process: it hands over the settings it made instead of changing process.env. */
export function useEnvironment(settings: Environment): void {
  environment = settings;
}

const v = variables;
const section = <S extends z.ZodRawShape>(shape: S) => {
  const schema = z.object(shape);
  let parsed: { readonly of: Environment; readonly found: z.infer<typeof schema> } | null = null;
  return () => {
    // What was handed over does not change; a process's own variables may.
    if (parsed?.of === environment && environment !== process.env) return parsed.found;
    const found = parseEnv(schema, environment);
    parsed = { of: environment, found };
    return found;
  };
};

const database = section({
  DATABASE_URL: v.DATABASE_URL,
  DATABASE_IAM: v.DATABASE_IAM,
  DATABASE_DIRECT: v.DATABASE_DIRECT,
  DATABASE_POOL_MAX: v.DATABASE_POOL_MAX,
  DATABASE_STATEMENT_TIMEOUT_MS: v.DATABASE_STATEMENT_TIMEOUT_MS,
});
const cache = section({ REDIS_URL: v.REDIS_URL, REDIS_CLUSTER: v.REDIS_CLUSTER });
const limits = section({ REQUESTS_PER_MINUTE: v.REQUESTS_PER_MINUTE, ACTIVE_RUNS_PER_USER: v.ACTIVE_RUNS_PER_USER });
const model = section({
  OPENAI_API_KEY: v.OPENAI_API_KEY.optional(),
  OPENAI_BASE_URL: v.OPENAI_BASE_URL,
  OPENAI_MODEL: v.OPENAI_MODEL.optional(),
  OPENAI_EMBEDDING_MODEL: v.OPENAI_EMBEDDING_MODEL.optional(),
  OPENAI_PRICE_INPUT: v.OPENAI_PRICE_INPUT.optional(),
  OPENAI_PRICE_OUTPUT: v.OPENAI_PRICE_OUTPUT.optional(),
  MODEL_TOKENS_PER_RUN: v.MODEL_TOKENS_PER_RUN,
  MODEL_TOKENS_PER_USER_DAY: v.MODEL_TOKENS_PER_USER_DAY,
  MODEL_COST_PER_RUN: v.MODEL_COST_PER_RUN.optional(),
  MODEL_CALLS_AT_ONCE: v.MODEL_CALLS_AT_ONCE,
});
const log = section({ LOG_LEVEL: v.LOG_LEVEL, LOG_FILE: v.LOG_FILE.optional(), METRICS_STAGE: v.METRICS_STAGE.optional() });
const keys = section({
  KMS_KEY_ID: v.KMS_KEY_ID.optional(),
  KMS_SIGNING_KEY_ID: v.KMS_SIGNING_KEY_ID.optional(),
  LOCAL_KEY_FILE: v.LOCAL_KEY_FILE.optional(),
});
const supabaseUrl = section({ SUPABASE_URL: v.SUPABASE_URL });
const origins = section({ ALLOWED_ORIGINS: v.ALLOWED_ORIGINS });
const publicUrl = section({ PUBLIC_URL: v.PUBLIC_URL });
const stateMachine = section({ RUN_STATE_MACHINE_ARN: v.RUN_STATE_MACHINE_ARN });
const websocket = section({ WEBSOCKET_ENDPOINT: v.WEBSOCKET_ENDPOINT });
const bucket = section({ REPORTS_BUCKET: v.REPORTS_BUCKET });
const aws = section({
  AWS_REGION: v.AWS_REGION,
  STEP_FUNCTIONS_ENDPOINT: v.STEP_FUNCTIONS_ENDPOINT.optional(),
  OBJECTS_ENDPOINT: v.OBJECTS_ENDPOINT.optional(),
  LOOPBACK_SECRET: v.LOOPBACK_SECRET.optional(),
});
const livesOn = section({ PROCESS_LIVES_ON: v.PROCESS_LIVES_ON });
const outward = section({
  LOOPBACK_ORIGINS: v.LOOPBACK_ORIGINS,
  OWN_HOSTS: v.OWN_HOSTS,
  PUBLIC_URL: v.PUBLIC_URL.optional(),
  TIME_SCALE: v.TIME_SCALE,
});

/** What an AWS client is opened with; `credentials` only where the endpoint is ours on loopback, else the SDK finds its own. */
export interface AwsSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

function awsSettings(endpoint: string | undefined): AwsSettings {
  const { AWS_REGION: region, LOOPBACK_SECRET: secret } = aws();
  if (endpoint === undefined) return { region };
  if (secret === undefined) return { region, endpoint };
  return { region, endpoint, credentials: { accessKeyId: 'loopback', secretAccessKey: secret } };
}

function keySettings():
  | { readonly kind: 'kms'; readonly sealingKeyId: string; readonly signingKeyId: string }
  | { readonly kind: 'local'; readonly file: string } {
  const found = keys();
  if (found.KMS_KEY_ID !== undefined) {
    const { KMS_SIGNING_KEY_ID: signingKeyId } = section({ KMS_SIGNING_KEY_ID: v.KMS_SIGNING_KEY_ID })();
    return { kind: 'kms', sealingKeyId: found.KMS_KEY_ID, signingKeyId };
  }
  if (found.LOCAL_KEY_FILE !== undefined) return { kind: 'local', file: found.LOCAL_KEY_FILE };
  throw new BadEnvironment(
    'KMS_KEY_ID and KMS_SIGNING_KEY_ID (on AWS) or LOCAL_KEY_FILE (on one machine) must be set: they seal credentials and sign reports.',
  );
}

export const config = {
  database: () => {
    const found = database();
    return {
      url: found.DATABASE_URL,
      direct: found.DATABASE_DIRECT,
      poolMax: found.DATABASE_POOL_MAX,
      statementTimeoutMs: found.DATABASE_STATEMENT_TIMEOUT_MS,
      /** Null: the password is in the URL. */
      iam: found.DATABASE_IAM ? { region: aws().AWS_REGION } : null,
    };
  },
  cache: () => {
    const found = cache();
    return { url: found.REDIS_URL, cluster: found.REDIS_CLUSTER };
  },
  supabaseUrl: () => supabaseUrl().SUPABASE_URL,
  limits: () => {
    const found = limits();
    return { requestsPerMinute: found.REQUESTS_PER_MINUTE, activeRunsPerUser: found.ACTIVE_RUNS_PER_USER };
  },
  /** On AWS a function that has answered is frozen. */
  livesOn: () => livesOn().PROCESS_LIVES_ON,
  allowedOrigins: () => origins().ALLOWED_ORIGINS,
  publicUrl: () => publicUrl().PUBLIC_URL,
  stateMachineArn: () => stateMachine().RUN_STATE_MACHINE_ARN,
  stepFunctions: () => awsSettings(aws().STEP_FUNCTIONS_ENDPOINT),
  /** `endpoint` is the management endpoint; on loopback it is signed with the loopback secret like the others. */
  websocket: () => ({ ...awsSettings(undefined), ...loopbackCredentials(), endpoint: websocket().WEBSOCKET_ENDPOINT }),
  objects: () => ({ bucket: bucket().REPORTS_BUCKET, ...awsSettings(aws().OBJECTS_ENDPOINT) }),
  keys: keySettings,
  kms: () => awsSettings(undefined),
  /** `model` null: runs use checks alone. The API knows the name and has no key: only functions that ask the model are given that. */
  model: () => {
    const found = model();
    const { OPENAI_PRICE_INPUT: input, OPENAI_PRICE_OUTPUT: output } = found;
    return {
      apiKey: found.OPENAI_API_KEY ?? null,
      baseUrl: found.OPENAI_BASE_URL,
      model: found.OPENAI_MODEL ?? null,
      embeddingModel: found.OPENAI_EMBEDDING_MODEL ?? null,
      prices: input === undefined || output === undefined ? null : { input, output },
      budget: {
        tokensPerRun: found.MODEL_TOKENS_PER_RUN,
        tokensPerUserDay: found.MODEL_TOKENS_PER_USER_DAY,
        microsPerRun: found.MODEL_COST_PER_RUN === undefined ? null : found.MODEL_COST_PER_RUN * 1_000_000,
        callsAtOnce: found.MODEL_CALLS_AT_ONCE,
      },
    };
  },
  /** Where connections of users may go and may not, and what their limits are multiplied by. */
  outward: () => {
    const found = outward();
    const own = found.PUBLIC_URL === undefined ? [] : [new URL(found.PUBLIC_URL).hostname];
    return { loopbackOrigins: found.LOOPBACK_ORIGINS, ownHosts: [...own, ...found.OWN_HOSTS], timeScale: found.TIME_SCALE };
  },
  log: () => {
    const found = log();
    return { level: found.LOG_LEVEL, ...(found.LOG_FILE === undefined ? {} : { file: found.LOG_FILE }) };
  },
  /** Null: none are wanted. They are lines of the log, and go where it goes. */
  metrics: () => {
    const { METRICS_STAGE: stage, LOG_LEVEL: level, LOG_FILE: file } = log();
    return stage === undefined || level === 'silent' ? null : { stage, file };
  },
} as const;

function loopbackCredentials(): Pick<AwsSettings, 'credentials'> {
  const { LOOPBACK_SECRET: secret } = aws();
  return secret === undefined ? {} : { credentials: { accessKeyId: 'loopback', secretAccessKey: secret } };
}
