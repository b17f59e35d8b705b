import { defineConfig } from 'vitest/config';
import { findBrowser } from './test/support/browser.ts';

const tests = '{bench,cli,eval,functions,infra,lib,local,prisma,scripts,test}/**/*.test.ts';
/** What compares times of one process: on a machine that runs other tests beside it, it would measure those. */
const alone = 'test/hostile/hostile.test.ts';
const leftOut = [
  '**/node_modules/**',
  'test/planted/**',
  'cdk.out/**',
  // Where no Chromium is found and none could be installed (scripts/setup.mjs), there is nothing to test a page with.
  ...(findBrowser() === null ? ['test/browser/**'] : []),
];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'all', include: [tests], exclude: [...leftOut, alone], sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'alone', include: [alone], exclude: leftOut, sequence: { groupOrder: 1 } } },
    ],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // A whole suite shares two cores with PostgreSQL and Redis: slowness there is no failure.
    testTimeout: 30_000,
    hookTimeout: 90_000,
    expect: { requireAssertions: true },
  },
});
