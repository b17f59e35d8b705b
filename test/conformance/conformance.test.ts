/** The protocol's own conformance suite, client side, on our connection manager. */
import { expect, test } from 'vitest';
import { openSuite } from './suite.ts';

const suite = openSuite('client.ts');

test.each(['initialize', 'tools_call', 'sse-retry', 'elicitation-sep1034-client-defaults'])(
  '%s',
  async (scenario) => {
    const { passed, stdout, stderr } = await suite.run(scenario);
    expect([passed, stdout + stderr]).toEqual([true, stdout + stderr]);
  },
  60_000,
);
