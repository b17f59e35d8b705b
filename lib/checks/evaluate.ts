import { setImmediate } from 'node:timers/promises';
import type { AnyRecordCheck, Check, EvidenceOfSource, Observation, RecordCheck, RecordKind, SourceRecords } from './check.ts';
import { unknown } from './observe.ts';

export interface CheckResult {
  readonly check: Check;
  /** At least one. */
  readonly observations: readonly Observation[];
}

/**
 * Runs, one after another, the checks that read this capability. Between two checks the event loop gets its turn, so that
 * heartbeats and aborts are not starved. A check that throws, or that judges without citing, ends as `unknown`: never as a
 * crash of the run, never as a pass.
 */
export async function evaluateChecks(checks: readonly Check[], input: EvidenceOfSource): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    if (check.capability !== input.capability || !isShown(check, input)) continue;
    results.push({ check, observations: (await attempt(check, input)).map(admitted) });
    await setImmediate();
  }
  return results;
}

/** A tracker of code issues that knows no secrets says nothing about them, no more than a source without the capability. */
const isShown = (check: Check, input: EvidenceOfSource): boolean =>
  !('kind' in check) || !('sets' in input) || check.kind in input.sets || check.kind in input.unseen;

async function attempt(check: Check, input: EvidenceOfSource): Promise<readonly Observation[]> {
  try {
    const observations = await evaluate(check, input);
    return observations.length > 0 ? observations : [unknown('repository', 'The check returned no observation')];
  } catch (error) {
    const name = error instanceof Error ? error.name : 'an unknown error';
    return [unknown('repository', `The check stopped with ${name}`)];
  }
}

type Observations = readonly Observation[] | Promise<readonly Observation[]>;

function evaluate(check: Check, input: EvidenceOfSource): Observations {
  if (check.capability === 'repository-files') return input.capability === 'repository-files' ? check.evaluate(input) : [];
  if (check.capability === 'git-history') return input.capability === 'git-history' ? check.evaluate(input) : [];
  return 'sets' in input ? evaluateRecords(check, input) : [];
}

/** The kind of a check and of its set are one by construction of `SourceRecords`, which the type system can't follow over a union. */
function evaluateRecords(check: AnyRecordCheck, { sets, unseen }: SourceRecords): Observations {
  const { kind } = check;
  const set = sets[kind];
  if (set === undefined) return [unknown('source', unseen[kind] ?? 'The source did not show this')];
  return (check as RecordCheck<RecordKind>).evaluate(set);
}

function admitted(observation: Observation): Observation {
  const judged = observation.result === 'pass' || observation.result === 'fail';
  return judged && observation.citations.length === 0
    ? unknown(observation.resource, 'The check gave a verdict without a citation')
    : observation;
}
