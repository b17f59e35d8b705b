import type { RepositoryCheck } from '../check.ts';
import { documented, freshness } from './document.ts';

const globs = [
  '**/*incident*{response,plan,management,handling,runbook,playbook,procedure}*.{md,txt,rst,adoc,pdf,docx}',
  '**/incident-{response,management}/{README,index,plan}.{md,txt,rst,adoc}',
];

export const incidentPlan: RepositoryCheck = {
  id: 'governance-incident-plan',
  title: 'There is an incident response plan, reviewed within a year',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'In an incident there is no time to find out who decides and whom to call. CSF ID.IM-04 asks that incident response plans are established, ' +
    'maintained and improved; SSDF RV.1.3 for the people and processes to respond to vulnerabilities.' +
    freshness,
  remediation: {
    steps: [
      'Write or review the plan: who leads, how severity is set, how evidence is kept, whom to tell and within what time.',
      'Rehearse it once a year, write down what was learned, and put the date of the review at its head.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['ID.IM-04'], 'nist-ssdf-1.1': ['RV.1.3'] },
  evaluate: documented(globs, 'an incident response plan'),
};
