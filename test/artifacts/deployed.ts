/** Functions as they run once deployed: bundles in processes of their own, away from the project, with what the template gives them. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { startFakeKms } from '../../lib/keys/testing.ts';
import type { Invoke } from '../../local/gateway/invoke.ts';
import type { Environment } from '../../local/stack.ts';
import { type Bundle, bundleFunctions } from '../../local/workflow/bundles.ts';
import { type ChildInvoker, openChildProcesses } from '../../local/workflow/child-process.ts';
import { type LocalFunction, loadMachines, type Machines } from '../../local/workflow/definitions.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Deployed {
  /** As testStack takes it. */
  readonly openInvoke: (machines: Machines, environment: () => Environment) => Invoke;
  /** Paths of the functions that were called. */
  readonly called: ReadonlySet<string>;
  /** What the functions wrote to standard output and error. */
  output(): string;
}

/** Builds the bundles; everything is removed after the file's last test. */
export async function openDeployed(): Promise<Deployed> {
  const { functions } = await loadMachines();
  const folder = mkdtempSync(join(tmpdir(), 'assay-deployed-'));
  const kms = await startFakeKms();
  const opened: Promise<ChildInvoker>[] = [];
  afterAll(async () => {
    for (const children of opened) await (await children).close();
    await kms.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const bundles = laidOut(await bundleFunctions({ root, functionPaths: functions.map(({ path }) => path) }), folder);
  const called = new Set<string>();
  let written = '';

  return {
    called,
    output: () => written,
    openInvoke: (machines, environment) => {
      // The addresses are known once the stack is up, which is before the first call.
      const open = (): Promise<ChildInvoker> => {
        const children = openChildProcesses({
          root,
          bundles,
          functions: machines.functions.map(goingOutToLoopback),
          environment: {
            values: valuesOf(machines.functions, environment()),
            always: ofLambda(environment(), kms.settings.endpoint),
          },
          onOutput: (_, text) => {
            written += text;
          },
        });
        opened.push(children);
        return children;
      };
      return async (path, payload, options) => {
        called.add(path);
        return (await (opened[0] ?? open())).invoke(path, payload, options);
      };
    },
  };
}

/** Where no node_modules lies above them: what a bundle does not hold, it does not find. */
function laidOut(bundles: readonly Bundle[], folder: string): readonly Bundle[] {
  for (const built of new Set(bundles.map(({ file }) => dirname(dirname(file)))))
    cpSync(built, join(folder, basename(built)), { recursive: true, filter: (source) => !source.endsWith('.map') });
  return bundles.map(({ file, ...bundle }) => {
    const built = dirname(dirname(file));
    return { ...bundle, file: join(folder, basename(built), file.slice(built.length)) };
  });
}

/** The one variable beside the template's: the sources of this test lie on loopback, where no deployed function may go. */
const goingOutToLoopback = (target: LocalFunction): LocalFunction =>
  target.environment.includes('OWN_HOSTS') ? { ...target, environment: [...target.environment, 'LOOPBACK_ORIGINS'] } : target;

/** Each variable that a template names, as this machine has it. Throws where one has no value: a function would start without it. */
function valuesOf(functions: readonly LocalFunction[], stack: Environment): Environment {
  const key = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000';
  const known: Environment = {
    ...stack,
    DATABASE_IAM: 'false',
    DATABASE_POOL_MAX: '2',
    REDIS_CLUSTER: 'false',
    ALLOWED_ORIGINS: '',
    OWN_HOSTS: '',
    KMS_KEY_ID: key,
    KMS_SIGNING_KEY_ID: key,
    METRICS_STAGE: 'test',
    NODE_OPTIONS: '--enable-source-maps',
    NODE_EXTRA_CA_CERTS: '/dev/null',
    // Named, and never asked: the run uses checks alone.
    OPENAI_API_KEY: 'never-sent',
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    OPENAI_MODEL: 'never-asked',
  };
  const missing = new Set(functions.flatMap(({ environment }) => environment).filter((name) => known[name] === undefined));
  if (missing.size > 0) throw new Error(`the template names what this machine has no value for: ${[...missing].join(', ')}`);
  return known;
}

/** What Lambda and the SDK bring: credentials of the role, and where the services are. No variable of the product is among them. */
function ofLambda(stack: Environment, kms: string): Environment {
  const { LOOPBACK_SECRET = '', STEP_FUNCTIONS_ENDPOINT = '', OBJECTS_ENDPOINT = '' } = stack;
  return {
    AWS_ACCESS_KEY_ID: 'loopback',
    AWS_SECRET_ACCESS_KEY: LOOPBACK_SECRET,
    AWS_ENDPOINT_URL_SFN: STEP_FUNCTIONS_ENDPOINT,
    AWS_ENDPOINT_URL_S3: OBJECTS_ENDPOINT,
    AWS_ENDPOINT_URL_KMS: kms,
  };
}
