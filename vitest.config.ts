import { defineConfig } from 'vitest/config';
import { findBrowser } from './test/support/browser.ts';

export default defineConfig({
  test: {
    include: ['{bench,cli,functions,infra,lib,local,prisma,scripts,test}/**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      'test/planted/**',
      'cdk.out/**',
      // Where no Chromium is found and none could be installed (scripts/setup.mjs), there is nothing to test a page with.
      ...(findBrowser() === null ? ['test/browser/**'] : []),
    ],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // A whole suite shares two cores with PostgreSQL and Redis: slowness there is no failure.
    testTimeout: 30_000,
    hookTimeout: 90_000,
    expect: { requireAssertions: true },
  },
});
