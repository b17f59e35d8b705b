/** Stage settings, from the CDK context: validated before any construct is made. */
import type { Node } from 'constructs';
import * as z from 'zod';

/** Context values of the command line are text. */
const amount = z.coerce.number().min(0).transform(String);

const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((item) => item.trim() || []));

/** A name of one's own, and the certificate that proves it: for CloudFront one in us-east-1, for the API one in its own region. */
const domain = z.strictObject({ name: z.hostname(), certificateArn: z.string().startsWith('arn:') });

/**
 * `max_connections` of each size, which the data stack sets: what PostgreSQL on RDS would take by itself
 * (memory / 9,531,392 bytes: 112 and 225), rounded down.
 */
export const maxConnections = { 't4g.micro': 110, 't4g.small': 220, 't4g.medium': 440 } as const;

const settings = z.strictObject({
  stage: z.string().regex(/^[a-z][a-z0-9]{1,11}$/, 'a short lower-case word such as dev or prod'),
  /** A production stage keeps its data when a stack is deleted, refuses to be deleted, is backed up, and deploys by canary. */
  production: z.boolean(),
  /** The way out of the VPC: an instance for about $7 a month, or the managed gateway for about $37. */
  nat: z.enum(['instance', 'gateway']),
  database: z.strictObject({
    instance: z.enum(['t4g.micro', 't4g.small', 't4g.medium']),
    multiAz: z.boolean(),
    /** RDS Proxy between functions and database; without it they connect to the instance. */
    proxy: z.boolean(),
    /** How far back a point-in-time restore reaches. */
    backupDays: z.int().min(1).max(35),
    gb: z.int().min(20).default(20),
    poolMax: z.int().min(1).max(2).default(1),
  }),
  /** How many instances of one function may run at once, by what it does (infra/concurrency.ts): the bound on database connections. */
  concurrency: z.strictObject({
    item: z.int().min(10, 'ten items of one Map run at once'),
    task: z.int().min(1),
    request: z.int().min(1),
    event: z.int().min(1),
  }),
  /** The most that the cache may hold, in GB: the bound on its cost. */
  cacheGb: z.int().min(1),
  /** Origins of the console, comma-separated: the only ones a browser may call from, beside the console's own domain. */
  allowedOrigins: z.string().default('http://localhost:5173'),
  apiDomain: domain.optional(),
  consoleDomain: domain.optional(),
  /** Further host names that lead to this service, comma-separated. Nobody's connection may lead there. */
  ownHosts: list,
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** Empty: no model, runs use checks alone, and no key of one is looked for. */
  model: z.string().default('gpt-5-mini'),
  /** Of the same endpoint, for recall from memory; without it recall goes by words. */
  embeddingModel: z.string().min(1).optional(),
  /** On port 443: functions that need no other are let out to no other. */
  modelBaseUrl: z
    .url({ protocol: /^https$/ })
    .refine((url) => URL.canParse(url) && new URL(url).port === '', 'must be on port 443')
    .default('https://api.openai.com/v1'),
  /** US dollars per million tokens of that model, in and out: both, or no cost is known. */
  modelPriceInput: amount.optional(),
  modelPriceOutput: amount.optional(),
  /** US dollars that one run may cost; needs both prices. */
  modelCostPerRun: amount.optional(),
  /** Tokens of all runs of a day (UTC) above which an alarm goes off; nothing is refused. */
  modelTokensPerDay: z.coerce.number().int().min(1).default(20_000_000),
  /** Who is told of alarms; has to confirm once. */
  alarmEmail: z.email().optional(),
  /** An SNS topic of one's own instead, which CloudWatch may publish to. */
  alarmTopicArn: z.string().startsWith('arn:').optional(),
});

export interface Config extends Omit<z.infer<typeof settings>, 'allowedOrigins'> {
  /** Prefix of physical names: `assay-dev`. */
  readonly prefix: string;
  readonly allowedOrigins: readonly string[];
}

const stageTable = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Names of the stages that cdk.json describes. */
export const stagesOf = (context: unknown): string[] => Object.keys(z.object({ stages: stageTable }).parse(context).stages);

/** The stage's block of cdk.json; what is given on the command line (`-c logLevel=debug`) counts more. Throws with the names of the settings that do not fit. */
export function readConfig(node: Node): Config {
  const stage: unknown = node.tryGetContext('stage');
  const block = stageTable.parse(node.tryGetContext('stages'))[String(stage)];
  if (block === undefined) throw new Error(`CDK context: no stage is named ${String(stage)} in cdk.json.`);
  const given = Object.keys(settings.shape).flatMap((key) => {
    const value: unknown = node.tryGetContext(key);
    return value === undefined ? [] : [[key, value]];
  });
  const parsed = settings.safeParse({ ...block, ...Object.fromEntries(given) });
  if (!parsed.success) throw new Error(`CDK context: ${z.prettifyError(parsed.error)}`);
  const { consoleDomain, allowedOrigins } = parsed.data;
  const own = consoleDomain === undefined ? [] : [`https://${consoleDomain.name}`];
  return {
    ...parsed.data,
    prefix: `assay-${parsed.data.stage}`,
    allowedOrigins: [...new Set([...own, ...allowedOrigins.split(',').flatMap((origin) => origin.trim() || [])])],
  };
}
