/** Every function of the template, bundled as it is deployed. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bundleFunctions } from '../../local/workflow/bundles.ts';
import { loadMachines } from '../../local/workflow/definitions.ts';

const root = resolve(import.meta.dirname, '../..');
const load = `
const found = [];
for (const file of process.argv.slice(1)) found.push(typeof (await import(file)).handler);
process.stdout.write(JSON.stringify(found));
`;

test('each loads without a single setting and exports a handler', { timeout: 180_000 }, async () => {
  const { functions } = await loadMachines();
  const bundles = await bundleFunctions({ root, functionPaths: functions.map(({ path }) => path) });
  const files = bundles.map(({ file }) => file);
  // Nothing of this process's environment: a bundle that opens a connection when it is imported fails here.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', load, ...files], { env: {} });
  expect(JSON.parse(stdout)).toEqual(functions.map(() => 'function'));
});
