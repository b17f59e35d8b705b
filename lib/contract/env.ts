/**
 * Every environment variable that the product reads: what it must look like, what it is for, an example.
 * `env.template` is printed from this list and a test keeps the two equal.
 */
import * as z from 'zod';

interface About {
  readonly purpose: string;
  readonly example: string;
}

const about = new Map<z.ZodType, About>();

/** A copy each: two variables of one shape are still two variables. */
function variable<T extends z.ZodType>(schema: T, purpose: string, example: string): T {
  const own = schema.clone();
  about.set(own, { purpose, example });
  return own;
}

const count = z.coerce.number().int().min(1);
const price = z.coerce.number().min(0);
const loopback = z.url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost)$/ });

export const variables = {
  DATABASE_URL: variable(
    z.url({ protocol: /^postgres(ql)?$/ }),
    'PostgreSQL as the application sees it: the role without BYPASSRLS, behind RDS Proxy on AWS. Empty: `npm start` runs its own.',
    'postgresql://assay_app@localhost:5432/assay',
  ),
  DATABASE_IAM: variable(
    z.stringbool().default(false),
    "true on AWS: DATABASE_URL has no password, each connection signs in with a token of the function's role. Else the password in the URL counts.",
    'false',
  ),
  DATABASE_DIRECT: variable(
    z.stringbool().default(false),
    'true where DATABASE_URL is PostgreSQL itself and no proxy: statements are prepared, and sent without waiting for the one before. A proxy would pin.',
    'false',
  ),
  DATABASE_POOL_MAX: variable(
    count.max(100).default(2),
    'Connections per function instance; the proxy pins sessions, so keep it at 1 or 2 on AWS.',
    '2',
  ),
  DATABASE_STATEMENT_TIMEOUT_MS: variable(
    count.default(10_000),
    'The longest one SQL statement may take, in milliseconds.',
    '10000',
  ),
  REDIS_URL: variable(
    z.url({ protocol: /^rediss?$/ }),
    'Redis or Valkey: tickets, limits, live progress, memory. Empty: `npm start` runs its own.',
    'redis://localhost:6379',
  ),
  REDIS_CLUSTER: variable(
    z.stringbool().default(false),
    'true when REDIS_URL speaks the cluster protocol (ElastiCache Serverless does).',
    'false',
  ),
  SUPABASE_URL: variable(
    z.url({ protocol: /^https?$/ }),
    'The Supabase project that signs users in. It must use asymmetric signing keys (ES256 or RS256): tokens under the old shared secret (HS256) are refused. Empty: `npm start` runs a local issuer.',
    'https://abcdefgh.supabase.co',
  ),
  SUPABASE_ANON_KEY: variable(
    z.string().min(1),
    'The publishable key of that project: what the console and the CLI sign in with. Not a secret.',
    'sb_publishable_0123456789',
  ),
  ALLOWED_ORIGINS: variable(
    z
      .string()
      .default('')
      .transform((list) => list.split(',').flatMap((origin) => origin.trim() || []))
      .pipe(z.array(z.url({ protocol: /^https?$/ }).refine((url) => URL.canParse(url) && new URL(url).origin === url))),
    'Comma-separated origins of the pages that may call the API and open the WebSocket.',
    'https://console.example.com,http://localhost:5173',
  ),
  PUBLIC_URL: variable(
    z.url({ protocol: /^https?$/ }).refine((url) => URL.canParse(url) && new URL(url).origin === url),
    'The origin of the HTTP API as browsers reach it: authorisation servers send people back to /oauth/callback there.',
    'https://api.example.com',
  ),
  REQUESTS_PER_MINUTE: variable(count.default(120), 'Requests one user may make per minute; above it 429.', '120'),
  ACTIVE_RUNS_PER_USER: variable(count.default(3), 'Runs one user may have active at once; above it 429.', '3'),
  RUN_STATE_MACHINE_ARN: variable(
    z.string().regex(/^arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:stateMachine:[\w-]+$/),
    'The state machine that a run is an execution of. Set by the deployment.',
    'arn:aws:states:us-east-1:123456789012:stateMachine:RunMachine',
  ),
  WEBSOCKET_ENDPOINT: variable(
    z.url({ protocol: /^https?$/ }),
    'The management endpoint (@connections) of the WebSocket API, where frames are posted. Set by the deployment.',
    'https://a1b2c3.execute-api.us-east-1.amazonaws.com/live',
  ),
  REPORTS_BUCKET: variable(
    z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
    'The private bucket for reports and bundles. Set by the deployment.',
    'assay-prod-reports',
  ),
  KMS_KEY_ID: variable(
    z.string().min(1),
    'The KMS key that seals credentials. Empty: LOCAL_KEY_FILE is used.',
    'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000',
  ),
  KMS_SIGNING_KEY_ID: variable(
    z.string().min(1),
    'The asymmetric KMS key (ECC_NIST_P256, SIGN_VERIFY) that signs reports. Goes with KMS_KEY_ID.',
    'arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111',
  ),
  LOCAL_KEY_FILE: variable(
    z.string().min(1),
    'One machine only: the file that holds the sealing and signing keys; made when it is missing.',
    '.assay/keys.json',
  ),
  OPENAI_API_KEY: variable(
    z.string().min(1),
    'Key of the model endpoint. With OPENAI_MODEL as well, runs use the model unless they ask for checks alone; empty: checks alone.',
    'sk-...',
  ),
  OPENAI_BASE_URL: variable(
    z.url({ protocol: /^https?$/ }).default('https://api.openai.com/v1'),
    "Any OpenAI-compatible endpoint; it is sent excerpts of what a run collects. Empty: OpenAI's own.",
    'https://api.openai.com/v1',
  ),
  OPENAI_MODEL: variable(
    z.string().min(1),
    'The model that plans, looks further, judges and writes. Empty: checks alone.',
    'gpt-5-mini',
  ),
  OPENAI_EMBEDDING_MODEL: variable(
    z.string().min(1),
    'The model for recall from memory; empty: recall by words.',
    'text-embedding-3-small',
  ),
  OPENAI_PRICE_INPUT: variable(price, 'US dollars per million tokens that are sent. Empty: no cost is shown.', '0.25'),
  OPENAI_PRICE_OUTPUT: variable(price, 'US dollars per million tokens that come back. Empty: no cost is shown.', '2'),
  MODEL_TOKENS_PER_RUN: variable(count.default(2_000_000), 'Tokens that one run may use, in and out.', '2000000'),
  MODEL_TOKENS_PER_USER_DAY: variable(
    count.default(20_000_000),
    'Tokens that the runs of one user may use in a day (UTC).',
    '20000000',
  ),
  MODEL_COST_PER_RUN: variable(price, 'US dollars that one run may cost; needs both prices. Empty: no limit.', '2'),
  MODEL_CALLS_AT_ONCE: variable(
    count.default(200),
    'Model calls under way at once over all instances; when they are short every active user has an equal share.',
    '200',
  ),
  LOG_LEVEL: variable(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'The least severe log line that is written.',
    'info',
  ),
  LOG_FILE: variable(
    z.string().min(1),
    'One machine only: where log lines go, so that the terminal stays readable. Empty: standard output.',
    '.assay/assay.log',
  ),
  METRICS_STAGE: variable(
    z.string().regex(/^[a-z][a-z0-9]{1,11}$/),
    'The stage that metrics are counted under: JSON lines in the log that CloudWatch reads. Empty: none are written. Set by the deployment.',
    'prod',
  ),
  AWS_REGION: variable(z.string().min(1).default('us-east-1'), 'The region of every AWS client. Set by Lambda.', 'us-east-1'),
  STEP_FUNCTIONS_ENDPOINT: variable(loopback, 'One machine only: the loopback Step Functions endpoint.', 'http://127.0.0.1:8083'),
  OBJECTS_ENDPOINT: variable(loopback, 'One machine only: the loopback S3 endpoint.', 'http://127.0.0.1:9090'),
  LOOPBACK_SECRET: variable(
    z.string().min(16),
    'One machine only: what requests to the loopback endpoints are signed with; made anew by every start.',
    '0123456789abcdef0123456789abcdef',
  ),
  PROCESS_LIVES_ON: variable(
    z.stringbool().default(false),
    'One machine only: true in a process that runs all functions and is not frozen when one has answered. Set by the runtime itself.',
    'false',
  ),
  TIME_SCALE: variable(
    z.coerce.number().gt(0).max(1).default(1),
    'One machine only: limits inside functions are multiplied by it; tests shrink them together with the state machines.',
    '1',
  ),
  LOOPBACK_ORIGINS: variable(
    z
      .string()
      .default('')
      .transform((list) => list.split(',').flatMap((origin) => origin.trim() || []))
      .pipe(z.array(loopback)),
    'One machine only: the loopback origins that connections may reach, comma-separated. Everything else on this machine is refused.',
    'http://127.0.0.1:7001,http://127.0.0.1:7002',
  ),
  OWN_HOSTS: variable(
    z
      .string()
      .default('')
      .transform((list) => list.split(',').flatMap((host) => host.trim().toLowerCase() || []))
      .pipe(z.array(z.hostname())),
    'Host names of this service itself, comma-separated: connections never lead there, nor to names below them. Set by the deployment.',
    'api.example.com,a1b2c3.execute-api.us-east-1.amazonaws.com',
  ),
} as const;
export type VariableName = keyof typeof variables;

/** The start is refused; the message is one line per variable: its name, what it is for, an example. Values never appear. */
export class BadEnvironment extends Error {
  override readonly name = 'BadEnvironment';
}

/**
 * Reads the variables named by the schema's keys. Empty counts as missing, as in a template that was copied and left blank.
 * Throws BadEnvironment.
 */
export function parseEnv<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  env: Readonly<Record<string, string | undefined>>,
): z.output<z.ZodObject<S>> {
  const names = Object.keys(schema.shape);
  const given = Object.fromEntries(names.flatMap((name) => (env[name]?.trim() ? [[name, env[name].trim()]] : [])));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? names[0])));
  throw new BadEnvironment([...wrong].map((name) => complaint(name, name in given)).join('\n'));
}

function complaint(name: string, given: boolean): string {
  const known = Object.entries(variables).find(([key]) => key === name);
  const facts = known && about.get(known[1]);
  return `${name} is ${given ? 'malformed' : 'missing'}.${facts ? ` ${facts.purpose} Example: ${name}=${facts.example}` : ''}`;
}

/** The text of `env.template`: a comment and an empty assignment per variable, in the order above. */
export function envTemplate(): string {
  const entries = Object.entries(variables).map(([name, schema]) => {
    const facts = about.get(schema);
    return `# ${facts?.purpose}\n# Example: ${facts?.example}\n${name}=\n`;
  });
  return `# Copy to .env and fill in what differs. An empty value counts as missing.\n\n${entries.join('\n')}`;
}
