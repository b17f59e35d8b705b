/** The protocol's own conformance suite, auth scenarios: every one of the dated specifications, and of the draft those for this kind of client. */
import { expect, test } from 'vitest';
import { openSuite } from './suite.ts';

const suite = openSuite('oauth-client.ts');
const { stdout: list } = await suite.list();
const scenarios = [...list.matchAll(/- (auth\/\S+) \[([^\]]*)\]/g)].map(([, name = '']) => name);

test('the suite has the scenarios that it had when this was written, or more', () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(22);
});

test.concurrent.each(scenarios)(
  '%s',
  async (scenario) => {
    const { passed, stderr } = await suite.run(scenario, { limitMs: 80_000 });
    expect([passed, stderr]).toEqual([true, expect.stringMatching(/, 0 failed, 0 warnings/)]);
  },
  90_000,
);
