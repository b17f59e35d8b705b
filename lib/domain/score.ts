/** The one function that derives a score (evidence.md, verdicts and score). Nothing else computes one. */
import type { Score } from '../contract/report.ts';
import type { ControlStatus } from '../contract/vocabulary.ts';

export interface ScoredControl {
  readonly status: ControlStatus;
  readonly weight: number;
  /** Id of its category. */
  readonly category: string;
}

export interface Coverage {
  readonly controls: number;
  readonly satisfied: number;
  readonly notSatisfied: number;
  readonly notAssessed: number;
  readonly notApplicable: number;
}

/**
 * `value`: weighted share of the assessed controls that are satisfied; `low` counts what was not assessed as failed, `high` as
 * satisfied. 0-100 with one decimal. Controls that are not applicable count nowhere. Null when nothing was assessed.
 */
export function scoreOf(
  controls: readonly ScoredControl[],
  categories: readonly { readonly id: string; readonly title: string }[],
): Score | null {
  const whole = intervalOf(controls);
  if (whole === null || whole.value === null) return null;
  const byCategory = categories.flatMap(({ id, title }) => {
    const interval = intervalOf(controls.filter((control) => control.category === id));
    return interval === null ? [] : [{ id, title, ...interval }];
  });
  return { value: whole.value, low: whole.low, high: whole.high, byCategory };
}

export function coverageOf(controls: readonly { readonly status: ControlStatus }[]): Coverage {
  const count = (status: ControlStatus): number => controls.filter((control) => control.status === status).length;
  return {
    controls: controls.length,
    satisfied: count('satisfied'),
    notSatisfied: count('not-satisfied'),
    notAssessed: count('not-assessed'),
    notApplicable: count('not-applicable'),
  };
}

/** Assessed controls among the applicable ones, in percent, rounded down; 0 when none is applicable. */
export function coveragePercent({ satisfied, notSatisfied, notAssessed }: Coverage): number {
  const applicable = satisfied + notSatisfied + notAssessed;
  return applicable === 0 ? 0 : Math.floor((100 * (satisfied + notSatisfied)) / applicable);
}

interface Interval {
  readonly value: number | null;
  readonly low: number;
  readonly high: number;
}

function intervalOf(controls: readonly ScoredControl[]): Interval | null {
  const weightOf = (status: ControlStatus): number =>
    controls.reduce((sum, control) => (control.status === status ? sum + control.weight : sum), 0);
  const satisfied = weightOf('satisfied');
  const assessed = satisfied + weightOf('not-satisfied');
  const unseen = weightOf('not-assessed');
  const applicable = assessed + unseen;
  if (applicable === 0) return null;
  return {
    value: assessed === 0 ? null : percent(satisfied, assessed),
    low: percent(satisfied, applicable),
    high: percent(satisfied + unseen, applicable),
  };
}

/** Rounding to one decimal is monotone, so it keeps low <= value <= high. */
const percent = (part: number, whole: number): number => Math.round((1000 * part) / whole) / 10;
