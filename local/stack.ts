/** The whole system on one machine: real PostgreSQL and Redis, the synthesised state machines, the real handlers. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { parseEnv, variables } from '../lib/contract/env.ts';
import { useEnvironment } from '../lib/runtime/config.ts';
import { closeResources, keys } from '../lib/runtime/resources.ts';
import { migrate } from '../prisma/migrate.ts';
import { type Gateway, startGateway } from './gateway/gateway.ts';
import type { Invoke } from './gateway/invoke.ts';
import { startIssuer } from './issuer/issuer.ts';
import { startObjects } from './objects/objects-endpoint.ts';
import { openOwnRuns } from './own-runs.ts';
import { type Postgres, startPostgres } from './services/postgres.ts';
import { startRedis } from './services/redis.ts';
import { loadMachines, type Machines } from './workflow/definitions.ts';
import { openInProcess } from './workflow/in-process.ts';
import { startWorkflow, type Workflow, type WorkflowOptions } from './workflow/workflow.ts';

export type Environment = Readonly<Record<string, string>>;

export interface StackOptions {
  /** Everything that is kept lies below it. */
  readonly dataDir: string;
  /** Loopback origins that connections may reach: the bridges of this start. */
  readonly loopbackOrigins?: () => readonly string[];
  /** Shrinks every timeout alike; for tests. */
  readonly timeScale?: number;
  /** Fixed ports for a console that is bookmarked; free ones unless given. */
  readonly port?: number;
  /** Overrides of what the stack sets, such as LOG_LEVEL or a fault proxy's REDIS_URL. */
  readonly environment?: Environment;
  /** Instead of the services of this machine: tests bring their own. */
  readonly services?: { readonly postgres: Pick<Postgres, 'ownerUrl' | 'appUrl'>; readonly redisUrl: string };
  /** Calls functions; in this process unless given. */
  readonly openInvoke?: (machines: Machines, environment: () => Environment) => Invoke;
  readonly delivers?: WorkflowOptions['delivers'];
  readonly signal: AbortSignal;
  /** Told of each part as it comes up. */
  readonly onProgress?: (line: string) => void;
}

export interface Stack {
  readonly api: Gateway;
  readonly issuer: { readonly url: string; readonly anonKey: string };
  readonly workflow: Workflow;
  readonly machines: Machines;
  readonly environment: Environment;
  stop(): Promise<void>;
}

/** What a person may set, in the shell or in .env; everything else is this start's own. */
const personal = z.object({
  DATABASE_URL: variables.DATABASE_URL.optional(),
  REDIS_URL: variables.REDIS_URL.optional(),
  SUPABASE_URL: variables.SUPABASE_URL.optional(),
  SUPABASE_ANON_KEY: variables.SUPABASE_ANON_KEY.optional(),
  ALLOWED_ORIGINS: variables.ALLOWED_ORIGINS,
  REQUESTS_PER_MINUTE: variables.REQUESTS_PER_MINUTE,
  ACTIVE_RUNS_PER_USER: variables.ACTIVE_RUNS_PER_USER,
  OPENAI_API_KEY: variables.OPENAI_API_KEY.optional(),
  OPENAI_BASE_URL: variables.OPENAI_BASE_URL,
  OPENAI_MODEL: variables.OPENAI_MODEL.optional(),
  OPENAI_EMBEDDING_MODEL: variables.OPENAI_EMBEDDING_MODEL.optional(),
  OPENAI_PRICE_INPUT: variables.OPENAI_PRICE_INPUT.optional(),
  OPENAI_PRICE_OUTPUT: variables.OPENAI_PRICE_OUTPUT.optional(),
  MODEL_TOKENS_PER_RUN: variables.MODEL_TOKENS_PER_RUN,
  MODEL_TOKENS_PER_USER_DAY: variables.MODEL_TOKENS_PER_USER_DAY,
  MODEL_COST_PER_RUN: variables.MODEL_COST_PER_RUN.optional(),
  MODEL_CALLS_AT_ONCE: variables.MODEL_CALLS_AT_ONCE,
  LOG_LEVEL: variables.LOG_LEVEL,
  METRICS_STAGE: variables.METRICS_STAGE.optional(),
});
/** The services read these two themselves, and give functions other addresses. */
const ofServices: readonly string[] = ['DATABASE_URL', 'REDIS_URL'];

/** Handlers that are still at work when the system stops are waited for no longer. */
const HANDLERS_END_MS = 5_000;

type Closer = () => Promise<unknown>;

/** Starts all parts or none. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const closers: Closer[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.reverse()) await close().catch(() => undefined);
    closers.length = 0;
  };
  try {
    return { ...(await start(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: StackOptions, closers: Closer[]): Promise<Omit<Stack, 'stop'>> {
  const { dataDir, signal, timeScale = 1, onProgress = () => undefined } = options;
  // First: a malformed variable stops the start before anything is up.
  const settings = personalSettings();
  await mkdir(dataDir, { recursive: true });
  const secret = randomBytes(32).toString('hex');
  const credentials = { accessKeyId: 'loopback', secretAccessKey: secret };
  const kept: Kept = async (part, line) => {
    const started = await part;
    closers.push(() => started.stop());
    onProgress(line);
    return started;
  };

  const [services, machines, issuer, objects] = await Promise.all([
    options.services ?? startServices(options, kept),
    loadMachines({ timeScale, signal }),
    signIn(settings.parsed, dataDir, kept),
    kept(startObjects({ dataDir: join(dataDir, 'objects'), credentials }), 'object storage'),
  ]);
  await migrate(services.postgres.ownerUrl, { signal });

  let environment: Environment = {};
  // Before what calls functions, so that it closes after them: one that ends a socket late would open a client that nothing closes.
  const inProcess = openInProcess({ functions: machines.functions });
  closers.push(async () => {
    // What goes on after its caller has left would do the same.
    await Promise.race([inProcess.ended(), pause(HANDLERS_END_MS, undefined, { ref: false })]);
    await closeResources();
  });
  const invoke = options.openInvoke?.(machines, () => environment) ?? inProcess;
  const ownRuns = openOwnRuns(dataDir, machines.runMachineArn);
  const delivers: NonNullable<WorkflowOptions['delivers']> = (event) => {
    ownRuns.watch(event);
    return options.delivers?.(event) ?? true;
  };
  const workflow = await kept(startWorkflow({ machines, invoke, credentials, delivers }), 'state machines');
  const routes = machines.httpRoutes;
  const port = options.port === undefined ? {} : { port: options.port };
  const api = await kept(
    startGateway({
      routes,
      sockets: socketRoutes(machines),
      invoke,
      credentials,
      allowedOrigins: settings.parsed.ALLOWED_ORIGINS,
      ...port,
    }),
    'gateway',
  );

  environment = {
    DATABASE_URL: services.postgres.appUrl,
    DATABASE_DIRECT: 'true',
    // One process stands for all function instances, each of which has its own 2 on AWS.
    DATABASE_POOL_MAX: '10',
    REDIS_URL: services.redisUrl,
    SUPABASE_URL: issuer.url,
    SUPABASE_ANON_KEY: issuer.anonKey,
    RUN_STATE_MACHINE_ARN: machines.runMachineArn,
    WEBSOCKET_ENDPOINT: api.url,
    PUBLIC_URL: api.url,
    REPORTS_BUCKET: 'assay-local',
    LOCAL_KEY_FILE: join(dataDir, 'keys.json'),
    LOG_FILE: join(dataDir, 'assay.log'),
    STEP_FUNCTIONS_ENDPOINT: workflow.url,
    OBJECTS_ENDPOINT: objects.url,
    LOOPBACK_SECRET: secret,
    LOOPBACK_ORIGINS: (options.loopbackOrigins?.() ?? []).join(','),
    TIME_SCALE: String(timeScale),
    ...settings.environment,
    ...options.environment,
  };
  // To the API a name says that there is a model. On one machine one environment is for all, and without a key there is none.
  if (!environment['OPENAI_API_KEY']) environment = { ...environment, OPENAI_MODEL: '' };
  useEnvironment({ ...environment, PROCESS_LIVES_ON: 'true' });
  // What `verify --key` takes.
  await writeFile(join(dataDir, 'signer.pem'), await (await keys()).publicKeyPem());
  await ownRuns.concludeAbandoned(invoke, signal);
  return { api, issuer, workflow, machines, environment };
}

type Kept = <T extends { stop(): Promise<unknown> }>(part: Promise<T>, line: string) => Promise<T>;

/** SUPABASE_URL, or an issuer of this machine with the same protocol. */
function signIn(
  { SUPABASE_URL: url, SUPABASE_ANON_KEY: anonKey, ALLOWED_ORIGINS: allowedOrigins }: z.infer<typeof personal>,
  dataDir: string,
  kept: Kept,
) {
  if (url !== undefined) return { url, anonKey: anonKey ?? '' };
  return kept(startIssuer({ dataDir: join(dataDir, 'issuer'), allowedOrigins }), 'sign-in');
}

async function startServices({ dataDir, signal }: StackOptions, kept: Kept): Promise<NonNullable<StackOptions['services']>> {
  const [postgres, redis] = await Promise.all([
    kept(startPostgres({ dataDir: join(dataDir, 'postgres'), signal }), 'PostgreSQL'),
    kept(startRedis({ dir: join(dataDir, 'redis'), signal }), 'Redis'),
  ]);
  return { postgres, redisUrl: redis.url };
}

function socketRoutes({ webSocketRoutes: routes }: Machines) {
  const { $connect = '', $disconnect = '', $default = '' } = routes;
  return { $connect, $disconnect, $default };
}

/** Like a shell's own settings, which it never overrides. */
export function loadDotEnv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}

/** Throws BadEnvironment. */
function personalSettings(): { readonly parsed: z.infer<typeof personal>; readonly environment: Environment } {
  loadDotEnv();
  const parsed = parseEnv(personal, process.env);
  const set = Object.keys(personal.shape).filter((name) => !ofServices.includes(name) && process.env[name]?.trim());
  return { parsed, environment: Object.fromEntries(set.map((name) => [name, process.env[name] ?? ''])) };
}
