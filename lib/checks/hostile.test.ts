import { describe, expect, test } from 'vitest';
import { ciChecks } from './ci/index.ts';
import { secretChecks } from './secrets/index.ts';
import { supplyChainChecks } from './supply-chain/index.ts';
import { repository } from './testing.ts';

/** A step whose script is the text. */
const workflow = (script: string): string => {
  const lines = script.split('\n').map((line) => `          ${line}`);
  return `on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n${lines.join('\n')}\n`;
};

/** Texts that once took a pattern of ours minutes at this size: each pattern is to read its text once. */
const texts: readonly (readonly [string, string])[] = [
  ['.github/workflows/a.yml', workflow('${'.concat('{ a').repeat(50_000))],
  ['.nvmrc', '\n'.repeat(200_000)],
  ['requirements.txt', 'a:\n'.repeat(70_000)],
  ['Dockerfile', `FROM ${'${'.concat('a:-').repeat(40_000)}`],
  ['.gitignore', 'a'.repeat(200_000)],
  ['.env', `A_PASSWORD=x${' '.repeat(200_000)}y`],
];

describe('the checks of CI, supply chain and secrets, on hostile texts', () => {
  test.each(texts)('take seconds at most for %s', async (path, text) => {
    const input = repository({ [path]: text });
    const started = performance.now();
    for (const check of [...ciChecks, ...supplyChainChecks, ...secretChecks]) await check.evaluate(input);
    // Some 0.5 s on two idle cores; the patterns took 20 to 200 s.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
