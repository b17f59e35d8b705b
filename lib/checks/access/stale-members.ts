import type { RecordCheck } from '../check.ts';
import { daysBefore, judgeRecords } from '../rule.ts';

/** A quarter: the rhythm in which access is commonly reviewed. */
const MAX_DAYS = 90;

export const staleMembers: RecordCheck<'member'> = {
  id: 'access-stale-members',
  title: 'Nobody keeps access who has not used it for 90 days',
  capability: 'repository-settings',
  kind: 'member',
  severity: 'medium',
  rationale:
    'Access that nobody uses is missed by nobody when it is stolen: of people who left, changed role, or never came. CSF PR.AA-05 asks that access ' +
    'is reviewed and fits the task; SSDF PS.1.1 for access to code by least privilege.',
  remediation: {
    steps: [
      'Ask whether the people named here still need access, and withdraw it where nobody says so.',
      'Withdraw access as part of offboarding, and review the list every quarter.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-05'], 'nist-ssdf-1.1': ['PS.1.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [],
      breaches: [
        {
          where: [{ fact: 'lastActiveAt', is: 'before', value: daysBefore(set.asOf, MAX_DAYS) }],
          reason: 'The member has access and has not been active for too long',
        },
        {
          where: [{ fact: 'lastActiveAt', is: 'equal', value: null }],
          reason: 'The member has access and was never active',
        },
      ],
      known: ['name'],
      all: 'members',
      kept: 'Every member listed has been active lately',
      none: { result: 'unknown', reason: 'No member is listed' },
    }),
};
