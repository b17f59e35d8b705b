import type { CheckOutcome, Observation } from './check.ts';

/** What a check says as a whole. */
export interface Combined {
  readonly result: CheckOutcome;
  /** One sentence; counts are of the observations that apply. */
  readonly reason: string;
}

/** Names shown in a reason; the observations themselves list the rest. */
const MAX_NAMED = 3;

/**
 * One fail fails; else what could not be judged leaves it unknown; else one pass passes; else nothing applies. `things` are what is
 * counted where the check names only those that decide, and so has no total: "records".
 */
export function combine(observations: readonly Observation[], things: string | null = null): Combined {
  const [first] = observations;
  if (first === undefined) return { result: 'unknown', reason: 'Nothing was observed' };
  const result =
    (['fail', 'unknown', 'pass'] as const).find((one) => observations.some((it) => it.result === one)) ?? 'not-applicable';
  const deciding = observations.filter((observation) => observation.result === result);
  const [decisive = first] = deciding;
  if (result === 'not-applicable') return { result, reason: decisive.reason };
  const applicable = observations.filter((observation) => observation.result !== 'not-applicable');
  if (applicable.length === 1) return { result, reason: decisive.reason };
  const count =
    things === null ? `${deciding.length} of ${applicable.length} ${noun(applicable)}` : `${deciding.length} ${things}`;
  if (result === 'pass') return { result, reason: `Holds for ${count}` };
  const verb = result === 'fail' ? 'Does not hold for' : 'Could not be judged for';
  return { result, reason: `${verb} ${count}: ${named(deciding)}` };
}

function named(observations: readonly Observation[]): string {
  const names = observations.slice(0, MAX_NAMED).map(({ resource }) => resource);
  const more = observations.length - names.length;
  return more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`;
}

function noun(observations: readonly Observation[]): string {
  const every = (pattern: RegExp): boolean => observations.every(({ resource }) => pattern.test(resource));
  if (every(/^\.github\/workflows\/.*#/)) return 'jobs';
  if (every(/^\.github\/workflows\/[^#]*$/)) return 'workflow files';
  return every(/^(?!repository$)[^#]*$/) ? 'files' : 'resources';
}
