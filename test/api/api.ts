/**
 * The real handlers on a database, cache, key file and object store of their own, called as API Gateway calls them. Step
 * Functions is its own protocol on loopback with an engine that only remembers.
 *
 *   const api = await startApi();            // at the top of the file
 *   const ann = await api.person();
 *   const { status, body } = await ann.ask('GET /projects');
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll } from 'vitest';
import { httpRoutes } from '../../infra/routes.ts';
import { startAuthority } from '../../lib/auth/testing.ts';
import type { Principal } from '../../lib/contract/principal.ts';
import { useEnvironment } from '../../lib/runtime/config.ts';
import type { HttpHandler } from '../../lib/runtime/http/stack.ts';
import { closeResources } from '../../lib/runtime/resources.ts';
import { lambdaContext } from '../../lib/runtime/testing.ts';
import { httpEvent } from '../../local/gateway/http-event.ts';
import { matchRoute } from '../../local/gateway/router.ts';
import { startObjects } from '../../local/objects/objects-endpoint.ts';
import { startEndpoint } from '../../local/workflow/endpoint.ts';
import { testRedis } from '../support/services.ts';
import { person, type TestStore, testStore } from '../support/store.ts';
import { type Machine, rememberingEngine } from './engine.ts';

export interface Asked {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // The tests say what they expect of it.
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export interface Person {
  readonly principal: Principal;
  /** `ask('GET /projects/{projectId}', { params: { projectId } })` */
  ask(key: string, asked?: Asked): Promise<Answer>;
}

export interface Api {
  readonly store: TestStore;
  readonly machine: Machine;
  readonly logFile: string;
  person(): Promise<Person>;
  settings(changes: Readonly<Record<string, string>>): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..');
const routes = httpRoutes.map(({ method, path, function: functionPath }) => ({ method, path, functionPath }));

export async function startApi(): Promise<Api> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-api-'));
  const secret = randomBytes(32).toString('hex');
  const credentials = { accessKeyId: 'loopback', secretAccessKey: secret };
  const store = await testStore();
  const machine = rememberingEngine();
  const [redis, authority, objects, endpoint] = await Promise.all([
    testRedis(),
    startAuthority(),
    startObjects({ dataDir: folder, credentials }),
    startEndpoint({ engine: machine, credentials }),
  ]);
  const logFile = join(folder, 'assay.log');
  const environment = {
    DATABASE_URL: store.database.appUrl,
    DATABASE_POOL_MAX: '5',
    REDIS_URL: redis.url,
    SUPABASE_URL: authority.url,
    RUN_STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:assay-test-run',
    STEP_FUNCTIONS_ENDPOINT: endpoint.url,
    OBJECTS_ENDPOINT: objects.url,
    REPORTS_BUCKET: 'assay-test-reports',
    LOOPBACK_SECRET: secret,
    LOOPBACK_ORIGINS: 'http://127.0.0.1:7001',
    PUBLIC_URL: 'http://127.0.0.1:7000',
    LOCAL_KEY_FILE: join(folder, 'keys.json'),
    LOG_FILE: logFile,
    // The tests ask more than a person would; the test of the limit sets its own.
    REQUESTS_PER_MINUTE: '100000',
  };
  useEnvironment(environment);
  afterAll(async () => {
    await closeResources();
    await Promise.all([endpoint.stop(), objects.stop(), authority.stop(), redis.stop()]);
    await rm(folder, { recursive: true, force: true });
  });
  return {
    store,
    machine,
    logFile,
    async person() {
      const principal = person();
      const token = await authority.token({ sub: principal.userId, email: principal.email });
      return { principal, ask: (key, asked = {}) => ask(token, key, asked) };
    },
    async settings(changes) {
      await closeResources();
      useEnvironment({ ...environment, ...changes });
    },
  };
}

async function ask(token: string, key: string, { params = {}, query = '', body, headers = {} }: Asked): Promise<Answer> {
  const [method = '', pattern = ''] = key.split(' ');
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? randomUUID()));
  const match = matchRoute(routes, method, path);
  if (match.kind !== 'route') throw new Error(`${key} is not deployed`);
  const sent = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
  const event = httpEvent(
    {
      method,
      target: query === '' ? path : `${path}?${query}`,
      rawHeaders: Object.entries(sent).flat(),
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
      sourceIp: '127.0.0.1',
    },
    match.route,
    { requestId: randomUUID(), now: new Date() },
  );
  const { handler }: { handler: HttpHandler } = await import(join(root, 'functions', match.functionPath, 'handler.ts'));
  return answerOf(await handler(event, lambdaContext()));
}

function answerOf({ statusCode = 0, headers = {}, body = '' }: APIGatewayProxyStructuredResultV2): Answer {
  return { status: statusCode, headers, text: body, body: body === '' ? {} : JSON.parse(body) };
}
