/** The protocol's own conformance suite, client side, on our connection manager. */
import { expect, test } from 'vitest';
import { openSuite } from './suite.ts';

const suite = openSuite('client.ts');

test.each(['initialize', 'tools_call', 'sse-retry'])(
  '%s',
  async (scenario) => {
    const { passed, stdout, stderr } = await suite.run(scenario);
    expect([passed, stdout + stderr]).toEqual([true, stdout + stderr]);
  },
  60_000,
);

/** docs/adr/no-elicitation.md: nobody is there to be asked, so nothing is accepted in anybody's name. */
test('elicitation is refused, which the suite counts as a failure', async () => {
  const { passed, stdout, stderr } = await suite.run('elicitation-sep1034-client-defaults');
  expect([passed, stdout + stderr]).toEqual([false, expect.stringMatching(/tools\/call.*Elicitation failed/s)]);
}, 60_000);
