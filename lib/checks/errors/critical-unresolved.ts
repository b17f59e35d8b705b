import type { RecordCheck } from '../check.ts';
import { daysBefore, judgeRecords } from '../rule.ts';

/** A week: longer, and it was not a priority. */
const MAX_DAYS = 7;

export const criticalErrorsUnresolved: RecordCheck<'error-group'> = {
  id: 'errors-critical-unresolved',
  title: 'No critical error has been unresolved for over 7 days',
  capability: 'errors',
  kind: 'error-group',
  severity: 'medium',
  rationale:
    'An error that ends the program may be an attack, a loss of data, or both, and nobody knows before somebody looks. CSF DE.AE-02 asks that potentially ' +
    'adverse events are analysed; SSDF RV.2.1 that what may be a vulnerability is analysed to plan the response. Resolving, ignoring with a reason and ' +
    'archiving all show that somebody looked.',
  remediation: {
    steps: ['Triage the errors named here: fix, or archive with the reason.', 'Send new critical errors to whoever is on call.'],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['DE.AE-02'], 'nist-ssdf-1.1': ['RV.2.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [{ fact: 'isResolved', is: 'equal', value: false }],
      breaches: [
        {
          where: [
            { fact: 'level', is: 'equal', value: 'critical' },
            { fact: 'firstSeenAt', is: 'before', value: daysBefore(set.asOf, MAX_DAYS) },
          ],
          reason: 'The critical error is unresolved past its time limit',
        },
      ],
      known: ['title'],
      all: 'errors',
      kept: 'No critical error is unresolved past its time limit',
      none: { result: 'pass', reason: 'No unresolved error is listed' },
    }),
};
