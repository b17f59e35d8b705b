import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { retriedErrors, throttledError } from '../../lib/contract/errors.ts';
import { loadMachines } from '../../local/workflow/definitions.ts';

/** What nearly every task has; a task that differs is seen at once. */
const usualRetry = 'waits for an instance; transient errors twice';

/** Addresses become paths, the usual retry one word: what is left is the run. */
function readable(value: unknown): unknown {
  if (typeof value === 'string') {
    const called = /:function:assay-dev-(tasks)-([a-z-]+)$/.exec(value);
    return called === null
      ? value.replace(/^arn:aws:states:[^:]+:\d+:stateMachine:assay-dev-/, 'machine ')
      : `${called[1]}/${called[2]}`;
  }
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, key === 'Retry' ? retry(inner) : readable(inner)]);
  return Object.fromEntries(entries);
}

function retry(rules: unknown): unknown {
  return isDeepStrictEqual(rules, usual) ? usualRetry : rules;
}
const how = (seconds: number, attempts: number, backoff: number) =>
  ({ IntervalSeconds: seconds, MaxAttempts: attempts, BackoffRate: backoff, JitterStrategy: 'FULL' }) as const;
const usual = [
  { ErrorEquals: [throttledError], MaxDelaySeconds: 15, ...how(2, 10, 1.5) },
  { ErrorEquals: [...retriedErrors], ...how(1, 2, 2) },
];

/**
 * A change of the run is a change of one of these files, which a person reads: `npx vitest run infra/workflow -u` writes them.
 */
test.each(['run', 'analysis', 'report'])('the %s machine is the one that was reviewed', async (name) => {
  const { machines } = await loadMachines();
  const definition = readable(machines.find((machine) => machine.name === `assay-dev-${name}`)?.definition);
  const file = join(import.meta.dirname, 'definitions', `${name}.json`);
  await expect(`${JSON.stringify(definition, null, 2)}\n`).toMatchFileSnapshot(file);
});
