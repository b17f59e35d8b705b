import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';
import { DAYS_CRITICAL, DAYS_HIGH, overdue } from './deadlines.ts';

export const dependencyAlertsOverdue: RecordCheck<'dependency-alert'> = {
  id: 'alerts-dependencies-overdue',
  title: 'No vulnerable dependency has been known for over 7 days if critical, 30 days if high',
  capability: 'alerts',
  kind: 'dependency-alert',
  severity: 'high',
  rationale:
    'A vulnerability in a published package is known to everybody, also to those who scan for it. CSF ID.RA-06 asks that risk responses are prioritised ' +
    'and tracked; SSDF RV.2.2 that they are carried out, SSDF PW.4.4 that components keep to the requirements over their life. The fix is mostly a new ' +
    'version, so a week is enough for what is critical.',
  remediation: {
    steps: [
      'Update the packages named here; where no fixed version exists, remove the package or write down why it cannot be exploited.',
      'Let a bot open the updates, and merge them weekly.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['ID.RA-06'], 'nist-ssdf-1.1': ['PW.4.4', 'RV.2.2'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [{ fact: 'state', is: 'equal', value: 'open' }],
      breaches: [overdue(set.asOf, 'critical', DAYS_CRITICAL), overdue(set.asOf, 'high', DAYS_HIGH)],
      known: [],
      all: 'dependency alerts',
      kept: 'No critical or high alert on a dependency is past its time limit',
      none: { result: 'pass', reason: 'No alert on a dependency is open' },
    }),
};
