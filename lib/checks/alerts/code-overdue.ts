import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';
import { DAYS_HIGH, overdue } from './deadlines.ts';

export const codeAlertsOverdue: RecordCheck<'code-alert'> = {
  id: 'alerts-code-overdue',
  title: 'No critical or high finding of code analysis has been open for over 30 days',
  capability: 'alerts',
  kind: 'code-alert',
  severity: 'high',
  rationale:
    'A scan protects nobody until somebody acts on it. CSF ID.RA-06 asks that risk responses are prioritised and tracked; SSDF PW.7.2 that issues which ' +
    'analysis finds are recorded and triaged, SSDF RV.2.2 that responses are planned and carried out. A month is time to triage, fix and release.',
  remediation: {
    steps: [
      'Fix the findings named here, or dismiss each that is no risk with the reason written down.',
      'Agree who looks at new findings, and fail the build on new critical ones.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['ID.RA-06'], 'nist-ssdf-1.1': ['PW.7.2', 'RV.2.2'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [{ fact: 'state', is: 'equal', value: 'open' }],
      breaches: [overdue(set.asOf, 'critical', DAYS_HIGH), overdue(set.asOf, 'high', DAYS_HIGH)],
      known: [],
      all: 'code alerts',
      kept: 'No critical or high alert on the code is past its time limit',
      none: { result: 'pass', reason: 'No alert on the code is open' },
    }),
};
