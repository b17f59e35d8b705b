/** One set of esbuild settings: what is deployed is what the local runtime's child processes run. */
import type { BuildOptions } from 'esbuild';

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
  outExtension: { '.js': '.mjs' },
  logLevel: 'error',
} as const satisfies BuildOptions;

/** A function's folder path, such as `tasks/plan`, to its source. */
export const entryOf = (functionPath: string): string => `functions/${functionPath}/handler.ts`;
