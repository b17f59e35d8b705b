/** One set of esbuild settings: what is deployed is what the local runtime's child processes run. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import type { BuildOptions } from 'esbuild';

const queryCompiler = '@prisma/client/runtime/query_compiler_small_bg.postgresql.wasm-base64.mjs';
const standIn = (name: string): string => resolve(import.meta.dirname, 'bundled', name);

/**
 * Prisma's query compiler, which its package keeps as 2.3 MB of base64: 0.5 MB compressed, in a file that lies beside the bundle,
 * and 25 ms at a function's first statement. Made once for each version of it, since compressing takes seconds.
 */
function compressedCompiler(): string {
  const source = fileURLToPath(import.meta.resolve(queryCompiler));
  const { version } = JSON.parse(readFileSync(resolve(dirname(source), '../package.json'), 'utf8'));
  const folder = resolve(import.meta.dirname, '../node_modules/.cache/assay');
  const name = `query-compiler-${version}.wasm.br`;
  const loader = join(folder, `${name}.mjs`);
  if (existsSync(loader)) return loader;
  const [, base64 = ''] = /"([A-Za-z0-9+/=]{1000,})"/.exec(readFileSync(source, 'utf8')) ?? [];
  if (base64 === '') throw new Error(`${source} holds no base64: has Prisma moved its query compiler?`);
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, name), brotliCompressSync(Buffer.from(base64, 'base64')));
  writeWhole(
    loader,
    `import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import file from './${name}';
export const wasm = brotliDecompressSync(readFileSync(new URL(file, import.meta.url)));
`,
  );
  return loader;
}

/** Renamed into place: another process may be bundling. */
function writeWhole(file: string, content: string | Buffer): void {
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}

/**
 * ESM on Node 24, the AWS SDK included (the runtime's own copy lags and cannot be pinned).
 * CommonJS inside an ESM bundle (Prisma's client, ioredis) calls `require`, which ESM lacks: hence the banner.
 * `main` after `module`: some packages ship only CommonJS.
 */
export const bundleSettings = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  mainFields: ['module', 'main'],
  banner: {
    js: "import { createRequire as assayCreateRequire } from 'node:module';const require = assayCreateRequire(import.meta.url);",
  },
  alias: {
    undici: standIn('undici.mjs'),
    '@aws-sdk/credential-provider-node': standIn('credentials.mjs'),
    '@aws-sdk/credential-providers': standIn('credentials.mjs'),
    '@modelcontextprotocol/client/_shims': standIn('mcp-shims.mjs'),
    get [queryCompiler]() {
      return compressedCompiler();
    },
  },
  loader: { '.br': 'file' },
  // How undici is told that it is bundled: it leaves its experimental second parser out, as in Node's own copy of it.
  define: { esbuildDetection: '1' },
  outExtension: { '.js': '.mjs' },
  logLevel: 'error',
} as const satisfies BuildOptions;

/** A function's folder path, such as `tasks/plan`, to its source. */
export const entryOf = (functionPath: string): string => `functions/${functionPath}/handler.ts`;
