/** The whole one-machine stack on the test run's PostgreSQL and Redis, with folders to assess; one per test file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, vi } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { type Client, createClient } from '../../lib/client/client.ts';
import { type Envelope, isTerminal, type RunEventBody } from '../../lib/contract/events.ts';
import { type Report, report as reportSchema } from '../../lib/contract/report.ts';
import type { RunMode } from '../../lib/contract/vocabulary.ts';
import { verifyBundle } from '../../lib/evidence/verify.ts';
import { verifiedToTheEnd } from '../../lib/progress/verify.fixture.ts';
import { type Assessment, download } from '../../local/assessment.ts';
import { openSources, type Source } from '../../local/folder.ts';
import { signInHere } from '../../local/sign-in.ts';
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts';
import { StepFunctionsError } from '../../local/workflow/errors.ts';
import { openInProcess } from '../../local/workflow/in-process.ts';
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts';
import { type Interfere, openInterference } from './interference.ts';
import { type Sink, scan } from './scan.ts';
import { fileSinks, redisSinks, rowSinks } from './scan-sinks.ts';
import { type TestRedis, testDatabase, testRedis } from './services.ts';
import { openWiretap } from './wiretap.ts';

export interface TestStack {
  readonly stack: Stack;
  readonly client: Client;
  /** Of each folder: the filesystem server and, where the folder is a repository, the git server. */
  readonly sources: readonly (readonly TestSource[])[];
  /** Between the functions and PostgreSQL. */
  readonly database: FaultProxy;
  /** Between the functions and Redis. */
  readonly redis: FaultProxy;
  /** SQL as the superuser: sees and may do everything. */
  sql<T extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** Everything that the stack keeps, but for rows. */
  readonly dataDir: string;
  /** Rows, keys, files, executions, and what passed through the workflow: no credential may stand in any of it. */
  leftBehind(): Promise<readonly Sink[]>;
  start(options?: StartOptions): Promise<Assessment>;
  /** The ARN of the run's execution. */
  executionOf(run: Pick<Assessment, 'runId'>): string;
  /** A run that another way has started. */
  follow(runId: string, projectId: string): Assessment;
  /** Follows to the end, then fetches, parses and re-checks everything that was promised of any report. */
  finish(assessment: Assessment, options?: FinishOptions): Promise<Finished>;
}

/** A server that holds more than what is assessed. */
export interface ScopedSource extends Source {
  readonly scope?: Readonly<Record<string, string>>;
}

export interface TestSource extends ScopedSource {
  readonly line: FaultProxy | null;
}

export interface StartOptions {
  /** The first folder's unless given. */
  readonly sources?: readonly ScopedSource[];
  readonly interfere?: Interfere;
  /** Whether the run may ask its starter; as the API has it unless given. */
  readonly approvals?: boolean;
  /** Where it has run before; a new one unless given. */
  readonly projectId?: string | undefined;
  /** Checks alone unless given. */
  readonly mode?: RunMode;
}

export interface FinishOptions {
  /** Called for each event as it comes; the next one waits for it. */
  readonly onEvent?: (event: RunEventBody) => unknown;
  /** Redis is not there at the end of the run: its stream is not archived. */
  readonly withoutArchive?: boolean;
  /** Asks for the outcome instead of following, which would notice a silent stream only after 15 s. No events then. */
  readonly polled?: boolean;
}

export interface Finished {
  readonly report: Report;
  readonly events: readonly Envelope[];
}

/** A believable little repository: something passes, something fails. */
export const smallRepository: Readonly<Record<string, string>> = {
  'README.md': '# Sample\n',
  LICENSE: 'MIT License\n\nCopyright (c) 2026 Sample\n',
  'src/index.ts':
    "import { createHash } from 'node:crypto';\nexport const sign = (password: string) => createHash('md5').update(password).digest('hex');\n",
  '.github/workflows/ci.yml':
    'name: ci\non: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm test\n',
  Dockerfile: 'FROM node:24\nCMD ["node", "src/index.ts"]\n',
};

/** The same, and so many files that the calls come in several batches: a fault at the first leaves some undone. */
export const wideRepository: Readonly<Record<string, string>> = {
  ...smallRepository,
  ...Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`src/${index}.ts`, `export const n = ${index};\n`])),
};
/** The same, and thirty folders in one another, which are listed one after the other. */
export const deepRepository: Readonly<Record<string, string>> = {
  ...smallRepository,
  [`${'down/'.repeat(30)}index.ts`]: 'export {};\n',
};

/** The name becomes the sources' name, so that two folders of a stack need two. */
export function makeFolder(files: Readonly<Record<string, string>>, name = 'sample'): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'assay-folder-')), name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export interface TestStackOptions extends Partial<Omit<StackOptions, 'services' | 'dataDir' | 'signal'>> {
  /** Made by makeFolder, or otherwise; removed with the stack. One with the small repository unless given. */
  readonly folders?: readonly string[];
  /** Opened by the test, beside those of the folders, and allowed like them; stopped with the stack. */
  readonly alsoSources?: readonly ScopedSource[];
  /** Puts a line between the program and each source, as between it and the services (`sources[n][m].line`). */
  readonly linesToSources?: boolean;
  /** Instead of a database of the run's own server: one that the test may stop. */
  readonly redisServer?: TestRedis;
}

const LONGEST_RUN_MS = 120_000;

/**
 * Everything is stopped and removed after the file's last test, and looked through before: whatever a test did, the credentials
 * of its sources are nowhere in what it left behind.
 */
export async function testStack({
  folders = [makeFolder(smallRepository)],
  redisServer,
  linesToSources = false,
  alsoSources = [],
  ...options
}: TestStackOptions = {}): Promise<TestStack> {
  const abort = new AbortController();
  const dataDir = mkdtempSync(join(tmpdir(), 'assay-stack-'));
  const closers: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    for (const folder of folders) rmSync(dirname(folder), { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  });

  const [database, redis, opened] = await Promise.all([
    testDatabase(),
    redisServer ?? testRedis(),
    Promise.all(folders.map((folder) => openSources(folder, abort.signal))),
  ]);
  const sources = await Promise.all(
    opened.map((of) =>
      Promise.all(of.sources.map((source) => (linesToSources ? throughLine(source) : { ...source, line: null }))),
    ),
  );
  closers.push(
    () => database.drop(),
    () => redis.stop(),
  );
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 });
  admin.on('error', () => undefined);
  const lines = { database: await openFaultProxy(database.appUrl), redis: await openFaultProxy(redis.url) };
  closers.push(
    () => admin.end(),
    () => lines.database.close(),
    () => lines.redis.close(),
  );
  closers.push(async () => {
    await Promise.all(sources.flat().map(({ bridge, line }) => Promise.all([bridge.stop(), line?.close()])));
    await Promise.all(alsoSources.map(({ bridge }) => bridge.stop()));
    abort.abort();
  });

  const interference = openInterference();
  const wiretap = openWiretap();
  const stack = await startStack({
    dataDir,
    signal: abort.signal,
    services: {
      postgres: { ownerUrl: database.ownerUrl, appUrl: lines.database.through(database.appUrl) },
      redisUrl: lines.redis.through(redis.url),
    },
    loopbackOrigins: () => [...sources.flat(), ...alsoSources].map(({ bridge }) => bridge.origin),
    ...options,
    delivers: (event) => wiretap.delivers(event) && (options.delivers?.(event) ?? true),
    openInvoke: (machines, environment) =>
      wiretap.wrap(
        interference.wrap(options.openInvoke?.(machines, environment) ?? openInProcess({ functions: machines.functions })),
      ),
    environment: { LOG_LEVEL: 'warn', ACTIVE_RUNS_PER_USER: '500', REQUESTS_PER_MINUTE: '100000', ...options.environment },
  });
  closers.push(() => stack.stop());

  const token = await signInHere(dataDir, stack.issuer);
  const client = createClient({ baseUrl: stack.api.url, wsUrl: stack.api.webSocketUrl, token, fetch, WebSocket });
  const sql: TestStack['sql'] = async <T extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
    (await admin.query<T>(text, [...values])).rows;
  const leftBehind: TestStack['leftBehind'] = async () => [
    ...(await rowSinks(sql)),
    ...(await keysIn(redis.url)),
    ...(await fileSinks(dataDir)),
    ...(await sql<{ arn: string }>('SELECT "executionArn" AS arn FROM "Run" WHERE "executionArn" IS NOT NULL')).flatMap(
      ({ arn }) => describedIn(stack, arn),
    ),
    ...wiretap.sinks(),
  ];
  closers.push(async () => {
    const hits = scan(await leftBehind(), credentialsOf([...sources.flat(), ...alsoSources]));
    if (hits.length > 0) throw new Error(`a credential was left behind: ${JSON.stringify(hits.slice(0, 5))}`);
  });
  const connectionOf = memoised((source: ScopedSource) => connect(client, source));

  const follow: TestStack['follow'] = (runId, projectId) => ({
    runId,
    projectId,
    // A run that never ends is a failure, not a wait.
    events: client.follow(runId, { signal: AbortSignal.any([abort.signal, AbortSignal.timeout(LONGEST_RUN_MS)]) }),
    cancel: () => client.cancelRun(runId),
    fetchFile: async (file) => {
      const path = file === 'bundle' ? 'bundle' : `report?format=${file}`;
      return download(`${stack.api.url}/runs/${runId}/${path}`, await token(), abort.signal);
    },
  });

  return {
    stack,
    dataDir,
    leftBehind,
    client,
    sources,
    ...lines,
    sql,
    async start({
      sources: wanted = sources[0] ?? [],
      interfere = letAll,
      approvals = true,
      mode = 'checks',
      projectId: known,
    } = {}) {
      const connectionIds = await Promise.all(wanted.map(connectionOf));
      const projectId = known ?? (await newProject(client, basename(folders[0] ?? '')));
      const { runId } = await interference.begin(
        async () => ({ runId: await client.startRun(projectId, { connectionIds, approvals, mode }) }),
        interfere,
      );
      return follow(runId, projectId);
    },
    follow,
    executionOf: ({ runId }) => `${stack.machines.runMachineArn.replace(':stateMachine:', ':execution:')}:${runId}`,
    finish(assessment, finishing) {
      const work = finish({ sql, client }, assessment, finishing);
      // A test that fails before it waits for this says its own reason.
      work.catch(() => undefined);
      return work;
    },
  };
}

/** A Redis that the test has stopped holds nothing. */
async function keysIn(url: string): Promise<Sink[]> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    return await redisSinks(client);
  } catch (error) {
    if (client.status === 'end' || client.status === 'close') return [];
    throw error;
  } finally {
    client.disconnect();
  }
}

/** What Step Functions would show an operator. One that never started has nothing to show. */
function describedIn(stack: Stack, arn: string): Sink[] {
  try {
    return [{ name: 'execution', content: JSON.stringify(stack.workflow.engine.describe(arn)) }];
  } catch (error) {
    if (error instanceof StepFunctionsError && error.name === 'ExecutionDoesNotExist') return [];
    throw error;
  }
}

const credentialsOf = (sources: readonly Source[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    sources.flatMap(({ name, bridge }) => Object.entries(bridge.headers).map(([key, value]) => [`${key} of ${name}`, value])),
  );

const letAll: Interfere = (_, proceed) => proceed();

async function throughLine(source: Source): Promise<TestSource> {
  const line = await openFaultProxy(source.bridge.origin);
  const { origin, href } = new URL(line.through(source.bridge.url));
  return { ...source, line, bridge: { ...source.bridge, origin, url: href } };
}

const made = z.object({ id: z.uuid() });

async function newProject(client: Client, of: string): Promise<string> {
  const name = `${of} ${crypto.randomUUID()}`;
  return (await client.request({ method: 'POST', path: '/projects', body: { name }, answer: made })).id;
}

async function connect(client: Client, { name, profile, scope, bridge }: ScopedSource): Promise<string> {
  const body = { name, profile, scope, url: bridge.url, auth: { kind: 'headers', headers: bridge.headers } };
  return (await client.request({ method: 'POST', path: '/connections', body, answer: made })).id;
}

function memoised<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key) ?? make(key);
    known.set(key, found);
    return found;
  };
}

async function finish(
  { sql, client }: Pick<TestStack, 'sql' | 'client'>,
  assessment: Assessment,
  { onEvent = () => undefined, withoutArchive = false, polled = false }: FinishOptions = {},
): Promise<Finished> {
  const { runId } = assessment;
  const events: Envelope[] = [];
  if (polled)
    await vi.waitUntil(async () => (await client.getRun(runId)).outcome !== null, { timeout: LONGEST_RUN_MS, interval: 100 });
  else {
    for await (const envelope of assessment.events) {
      events.push(envelope);
      await onEvent(envelope.event);
    }
    await verifiedToTheEnd(events.map(({ event }) => event));
  }
  if (!withoutArchive) await verifiedToTheEnd(await archiveOf(sql, runId));
  const report = reportSchema.parse(JSON.parse(Buffer.from(await assessment.fetchFile('json')).toString('utf8')));
  // Seal, citations, populations, claims, verdicts and figures, and no invented statement: the same code as `npm run verify`.
  const { problems } = await verifyBundle(await assessment.fetchFile('bundle'));
  if (problems.length > 0) throw new Error(`the bundle does not verify: ${JSON.stringify(problems.slice(0, 3))}`);
  return { report, events };
}

/** The stream as it is kept; it is written right after the terminal event. */
async function archiveOf(sql: TestStack['sql'], runId: string): Promise<RunEventBody[]> {
  return vi.waitFor(
    async () => {
      const rows = await sql<{ event: RunEventBody }>('SELECT event FROM "RunEvent" WHERE "runId" = $1 ORDER BY seq', [runId]);
      const events = rows.map(({ event }) => event);
      if (!events.some(isTerminal)) throw new Error('the progress of the run was not archived');
      return events;
    },
    { timeout: 10_000, interval: 50 },
  );
}
