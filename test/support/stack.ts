/** The whole one-machine stack on the test run's PostgreSQL and Redis, with a folder to assess; one per test file. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { Envelope } from '../../lib/contract/events.ts';
import { type Report, report as reportSchema } from '../../lib/contract/report.ts';
import { verifyBundle } from '../../lib/evidence/verify.ts';
import { verifiedToTheEnd } from '../../lib/progress/verify.fixture.ts';
import { type Assessment, startAssessment } from '../../local/assessment.ts';
import { openSources, type Sources } from '../../local/folder.ts';
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts';
import { testDatabase, testRedis } from './services.ts';

export interface TestStack {
  readonly stack: Stack;
  readonly sources: Sources;
  /** SQL superuser on the stack's database. */
  readonly adminUrl: string;
  readonly dataDir: string;
  start(): Promise<Assessment>;
  /** Follows to the end, then fetches, parses and re-checks everything that was promised of any report. */
  finish(assessment: Assessment): Promise<Finished>;
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

export function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-folder-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export interface TestStackOptions extends Partial<Omit<StackOptions, 'services' | 'dataDir' | 'signal'>> {
  readonly files?: Readonly<Record<string, string>>;
  /** A URL in front of the test's own Redis, for breaking the line. */
  readonly redisUrl?: string;
}

/** Everything is stopped and removed after the file's last test. */
export async function testStack({ files = smallRepository, redisUrl, ...options }: TestStackOptions = {}): Promise<TestStack> {
  const abort = new AbortController();
  const dataDir = mkdtempSync(join(tmpdir(), 'assay-stack-'));
  const folder = makeFolder(files);
  const [database, redis, sources] = await Promise.all([testDatabase(), testRedis(), openSources(folder, abort.signal)]);
  const stack = await startStack({
    dataDir,
    signal: abort.signal,
    services: { postgres: database, redisUrl: redisUrl ?? redis.url },
    loopbackOrigins: () => sources.sources.map(({ bridge }) => bridge.origin),
    ...options,
    environment: { LOG_LEVEL: 'warn', ACTIVE_RUNS_PER_USER: '50', REQUESTS_PER_MINUTE: '100000', ...options.environment },
  });
  afterAll(async () => {
    await stack.stop();
    await Promise.all(sources.sources.map(({ bridge }) => bridge.stop()));
    abort.abort();
    await redis.stop();
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    stack,
    sources,
    adminUrl: database.adminUrl,
    dataDir,
    start: () =>
      startAssessment(stack, {
        dataDir,
        path: `${folder}-${randomUUID()}`,
        sources: sources.sources,
        framework: 'nist-csf-2.0',
        signal: abort.signal,
      }),
    finish,
  };
}

async function finish(assessment: Assessment): Promise<Finished> {
  const events: Envelope[] = [];
  for await (const envelope of assessment.events) events.push(envelope);
  await verifiedToTheEnd(events.map(({ event }) => event));
  const report = reportSchema.parse(JSON.parse(Buffer.from(await assessment.fetchFile('json')).toString('utf8')));
  // Seal, citations, populations, claims, verdicts and figures, and no invented statement: the same code as `npm run verify`.
  const { problems } = await verifyBundle(await assessment.fetchFile('bundle'));
  if (problems.length > 0) throw new Error(`the bundle does not verify: ${JSON.stringify(problems.slice(0, 3))}`);
  return { report, events };
}
