import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('bundles for a browser: nothing of Node, small enough for a first page', async () => {
  const { outputFiles, warnings } = await build({
    entryPoints: [new URL('client.ts', import.meta.url).pathname],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  expect(outputFiles[0]?.contents.length).toBeLessThan(250_000);
});
