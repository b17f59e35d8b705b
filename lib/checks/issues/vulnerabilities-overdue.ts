import type { RecordCheck } from '../check.ts';
import { type Breach, daysBefore, judgeRecords } from '../rule.ts';

/** Where nobody set a due date: the time that alerts on dependencies get. */
const DAYS = { critical: 7, high: 30 } as const;

export const vulnerabilityTicketsOverdue: RecordCheck<'ticket'> = {
  id: 'issues-vulnerabilities-overdue',
  title: 'No ticket on a vulnerability is overdue',
  capability: 'issues',
  kind: 'ticket',
  severity: 'high',
  rationale:
    'A tracked vulnerability whose date passes unnoticed is an accepted risk that nobody accepted. CSF ID.RA-06 asks that risk responses are planned and ' +
    'tracked; SSDF RV.2.2 that they are carried out. Overdue is what is past its due date or, where none was set, a critical one older than a week or a ' +
    'high one older than a month.',
  remediation: {
    steps: [
      'Finish the tickets named here, or set a new date and write down who accepts the risk until then.',
      'Give every ticket on a vulnerability a due date by its severity when it is opened.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['ID.RA-06'], 'nist-ssdf-1.1': ['RV.2.2'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [
        { fact: 'isVulnerability', is: 'equal', value: true },
        { fact: 'isOpen', is: 'equal', value: true },
      ],
      breaches: [
        { where: [{ fact: 'dueAt', is: 'before', value: set.asOf }], reason: 'The ticket is open past its due date' },
        undated(set.asOf, 'critical'),
        undated(set.asOf, 'high'),
      ],
      known: ['title'],
      all: 'vulnerability tickets',
      kept: 'No open ticket on a vulnerability is overdue',
      none: { result: 'pass', reason: 'No ticket on a vulnerability is open' },
    }),
};

const undated = (asOf: string, severity: keyof typeof DAYS): Breach<'ticket'> => ({
  where: [
    { fact: 'dueAt', is: 'equal', value: null },
    { fact: 'severity', is: 'equal', value: severity },
    { fact: 'createdAt', is: 'before', value: daysBefore(asOf, DAYS[severity]) },
  ],
  reason: `The ticket has no due date, is of ${severity} severity, and has been open for too long`,
});
