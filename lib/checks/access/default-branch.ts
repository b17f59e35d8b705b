/** What the checks of branch rules share: they judge the default branch, and without one nothing can be said. */
import type { ConditionOn, Rule } from '../rule.ts';

export const defaultBranch: readonly ConditionOn<'branch-rule'>[] = [{ fact: 'isDefault', is: 'equal', value: true }];

export const withoutDefaultBranch: Rule<'branch-rule'>['none'] = {
  result: 'unknown',
  reason: 'The source does not say which branch is the default one',
};
