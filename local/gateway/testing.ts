/** For tests: the real handlers behind the real gateway, with a database, a cache and a sign-in of their own. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiFunctions, webSocketFunctions } from '../../infra/functions.ts';
import { httpRoutes, webSocketRoutes } from '../../infra/routes.ts';
import { type Authority, startAuthority } from '../../lib/auth/testing.ts';
import { useEnvironment } from '../../lib/runtime/config.ts';
import { closeResources } from '../../lib/runtime/resources.ts';
import { type TestDatabase, type TestRedis, testDatabase, testRedis } from '../../test/support/services.ts';
import { openInProcess } from '../workflow/in-process.ts';
import { type Gateway, startGateway } from './gateway.ts';
import type { Invoke } from './invoke.ts';
import type { GatewayRoute } from './router.ts';

export interface Edge {
  readonly gateway: Gateway;
  readonly authority: Authority;
  readonly database: TestDatabase;
  readonly redis: TestRedis;
  readonly routes: readonly GatewayRoute[];
  readonly origin: string;
  readonly logFile: string;
  /** Replaces variables; what is open is opened anew with them. */
  settings(changes: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

export async function startEdge({ ownRedis = false } = {}): Promise<Edge> {
  const origin = 'http://localhost:5173';
  const dir = await mkdtemp(join(tmpdir(), 'assay-edge-'));
  const logFile = join(dir, 'assay.log');
  const [database, redis, authority] = await Promise.all([testDatabase(), testRedis({ own: ownRedis }), startAuthority()]);
  const functions = Object.entries({ ...apiFunctions, ...webSocketFunctions });
  const invoke: Invoke = openInProcess({
    functions: functions.map(([path, { memoryMb }]) => ({ path, name: path.replaceAll('/', '-'), memoryMb })),
  });
  const routes = httpRoutes.map(({ method, path, function: functionPath }) => ({ method, path, functionPath }));
  const secret = '0123456789abcdef0123456789abcdef';
  const credentials = { accessKeyId: 'loopback', secretAccessKey: secret };
  const gateway = await startGateway({ routes, sockets: webSocketRoutes, invoke, credentials, allowedOrigins: [origin] });
  const environment = {
    DATABASE_URL: database.appUrl,
    REDIS_URL: redis.url,
    SUPABASE_URL: authority.url,
    ALLOWED_ORIGINS: origin,
    WEBSOCKET_ENDPOINT: gateway.url,
    PUBLIC_URL: gateway.url,
    LOOPBACK_SECRET: secret,
    LOCAL_KEY_FILE: join(dir, 'keys.json'),
    REPORTS_BUCKET: 'assay-test-reports',
    RUN_STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:assay-test-run',
    LOG_FILE: logFile,
  };
  useEnvironment(environment);
  return {
    gateway,
    authority,
    database,
    redis,
    routes,
    origin,
    logFile,
    async settings(changes) {
      await closeResources();
      useEnvironment({ ...environment, ...changes });
    },
    async stop() {
      await gateway.stop();
      await closeResources();
      await authority.stop();
      await redis.stop();
      await database.drop();
    },
  };
}
