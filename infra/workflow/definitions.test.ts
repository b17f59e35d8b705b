import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadMachines } from '../../local/workflow/definitions.ts';

/** What nearly every task has; a task that differs is seen at once. */
const usualRetry = 'transient errors twice, after about 1 s and 2 s';

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
  const [first, ...more] = Array.isArray(rules) ? rules : [];
  const { ErrorEquals: errors, ...how } = Object(first);
  const usual = more.length === 0 && JSON.stringify(how) === JSON.stringify(wait);
  return usual && Array.isArray(errors) ? (errors.length === 3 ? usualRetry : [...errors, usualRetry]) : rules;
}
const wait = { IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2, JitterStrategy: 'FULL' };

/**
 * A change of the run is a change of one of these files, which a person reads: `npx vitest run infra/workflow -u` writes them.
 */
test.each(['run', 'analysis', 'report'])('the %s machine is the one that was reviewed', async (name) => {
  const { machines } = await loadMachines();
  const definition = readable(machines.find((machine) => machine.name === `assay-dev-${name}`)?.definition);
  const file = join(import.meta.dirname, 'definitions', `${name}.json`);
  await expect(`${JSON.stringify(definition, null, 2)}\n`).toMatchFileSnapshot(file);
});
