/** Every function of the template, bundled as it is deployed. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { specs, type Use } from '../../infra/functions.ts';
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
const signs: readonly { readonly module: string; readonly uses: readonly Use[] }[] = [
  { module: 'lib/store/store.ts', uses: ['database'] },
  { module: 'prisma/migrate.ts', uses: ['database-owner'] },
  { module: 'lib/cache/cache.ts', uses: ['cache'] },
  { module: 'lib/auth/verify.ts', uses: ['sign-in'] },
  { module: 'lib/llm/endpoint.ts', uses: ['model'] },
  { module: 'lib/runtime/push.ts', uses: ['push'] },
  { module: 'lib/objects/objects.ts', uses: ['read-objects', 'write-objects', 'erase-objects'] },
  { module: 'lib/keys/kms.ts', uses: ['seal', 'unseal', 'sign'] },
  { module: 'lib/workflow/start-run.ts', uses: ['start-run'] },
  { module: 'lib/workflow/cancel-run.ts', uses: ['stop-run'] },
];

test.each(Object.entries(specs))('%s is given the settings and permissions of what is in it, and no others', (path, spec) => {
  const { modules = [] } = bundles.find(({ functionPath }) => functionPath === path) ?? {};
  const inside = signs.map(({ module }) => [module, modules.some((name) => name.startsWith(module))]);
  expect(inside).toEqual(signs.map(({ module, uses }) => [module, uses.some((use) => spec.uses.includes(use))]));
});

/** What a function unpacks to. Each of its cold starts reads and compiles that. */
const MB = 1024 * 1024;
const isSmall = (uses: readonly Use[]): boolean => !uses.includes('database') && !uses.includes('database-owner');

test.each(Object.entries(specs))('%s is small enough to start in an instant', (path, { uses }) => {
  const { bytes = Number.POSITIVE_INFINITY } = bundles.find(({ functionPath }) => functionPath === path) ?? {};
  expect(bytes).toBeLessThan(isSmall(uses) ? 0.7 * MB : 4 * MB);
});

/** Both judge what was collected, the second what the first had collected before it failed. */
const judges = ['tasks/extract', 'tasks/source-gap'];

/** Packages that only some functions may carry. */
const confined: readonly { readonly packages: RegExp; readonly mayHold: (path: string, uses: readonly Use[]) => boolean }[] = [
  { packages: /^openai$/, mayHold: (_, uses) => uses.includes('model') },
  { packages: /^(@prisma\/.*|prisma)$/, mayHold: (_, uses) => uses.includes('database') },
  { packages: /^(@modelcontextprotocol\/.*|undici|ajv|re2js)$/, mayHold: (_, uses) => uses.includes('outward') },
  { packages: /^(@babel\/.*|@secretlint\/.*|dockerfile-ast|yaml|smol-toml)$/, mayHold: (path) => judges.includes(path) },
  { packages: /^@supabase\/.*$/, mayHold: (_, uses) => uses.includes('sign-in') },
  // Connections sign in with keys as well.
  { packages: /^jose$/, mayHold: (_, uses) => uses.includes('sign-in') || uses.includes('outward') },
  { packages: /^@aws-sdk\/client-s3$/, mayHold: (_, uses) => uses.some((use) => use.endsWith('-objects')) },
  { packages: /^@aws-sdk\/client-kms$/, mayHold: (_, uses) => uses.some((use) => /^(un)?seal$|^sign$/.test(use)) },
  {
    packages:
      /^(@aws-sdk\/(nested-clients|credential-provider-(ini|sso|process|login))|aws-cdk-lib|cdk-nag|constructs|esbuild|typescript|vitest|fast-check)$/,
    mayHold: () => false,
  },
];

test.each(Object.entries(specs))('%s carries no package that it does not use', (path, { uses }) => {
  const { packages = [] } = bundles.find(({ functionPath }) => functionPath === path) ?? {};
  expect(packages).toContain('zod');
  const forbidden = confined.filter(({ mayHold }) => !mayHold(path, uses));
  expect(packages.filter((name) => forbidden.some((rule) => rule.packages.test(name)))).toEqual([]);
});

test('each of those packages is in some bundle, so that the rule above would see it', () => {
  const held = bundles.flatMap(({ packages }) => packages);
  for (const name of [
    'openai',
    '@prisma/client',
    '@modelcontextprotocol/client',
    'undici',
    '@babel/parser',
    '@secretlint/core',
    'jose',
  ])
    expect(held).toContain(name);
});
