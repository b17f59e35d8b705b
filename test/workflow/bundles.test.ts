/** Every function of the template, bundled as it is deployed. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import {
  apiFunctions,
  eventFunctions,
  type FunctionSpec,
  taskFunctions,
  type Use,
  webSocketFunctions,
} from '../../infra/functions.ts';
import { type Bundle, bundleFunctions } from '../../local/workflow/bundles.ts';
import { loadMachines } from '../../local/workflow/definitions.ts';

const root = resolve(import.meta.dirname, '../..');
const load = `
const found = [];
for (const file of process.argv.slice(1)) found.push(typeof (await import(file)).handler);
process.stdout.write(JSON.stringify(found));
`;

let bundles: readonly Bundle[];
beforeAll(async () => {
  const { functions } = await loadMachines();
  bundles = await bundleFunctions({ root, functionPaths: functions.map(({ path }) => path) });
}, 180_000);

test('each loads without a single setting and exports a handler', { timeout: 60_000 }, async () => {
  const files = bundles.map(({ file }) => file);
  // Nothing of this process's environment: a bundle that opens a connection when it is imported fails here.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', load, ...files], { env: {} });
  expect(JSON.parse(stdout)).toEqual(bundles.map(() => 'function'));
});

/** The module whose presence in a bundle shows that the function uses something. */
const signs: Partial<Record<Use, string>> = {
  database: 'lib/store/store.ts',
  cache: 'lib/cache/cache.ts',
  'sign-in': 'lib/auth/verify.ts',
  model: 'lib/llm/endpoint.ts',
  push: 'lib/runtime/push.ts',
  objects: 'lib/objects/objects.ts',
  keys: 'lib/keys/kms.ts',
  'start-run': 'lib/workflow/start-run.ts',
  'stop-run': 'lib/workflow/cancel-run.ts',
};
const specs = Object.entries<FunctionSpec>({ ...taskFunctions, ...eventFunctions, ...webSocketFunctions, ...apiFunctions });

test.each(specs)('%s is given the settings and permissions of what is in it, and no others', (path, { uses }) => {
  const { modules = [] } = bundles.find(({ functionPath }) => functionPath === path) ?? {};
  const found = Object.entries(signs).filter(([, sign]) => modules.some((name) => name.startsWith(sign)));
  expect(new Set(found.map(([use]) => use))).toEqual(new Set(uses.filter((use) => use in signs)));
});
