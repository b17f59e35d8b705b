import type { RepositoryCheck } from '../check.ts';
import { documented, freshness } from './document.ts';

const text = '{md,txt,rst,adoc,pdf,docx}';
const globs = [
  `**/{policies,policy}/**/*.${text}`,
  `{docs,doc,security,compliance}/**/{policy,policies}.${text}`,
  `**/*{security,access,password,retention,classification,encryption,backup,vendor,change}*{policy,policies}*.${text}`,
];

export const policies: RepositoryCheck = {
  id: 'governance-policies',
  title: 'Security policies exist and were reviewed within a year',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'A rule that nobody wrote down binds nobody, and one that nobody looks at again stops fitting. CSF GV.PO-02 asks that policy is reviewed and ' +
    'updated; SSDF PO.1.1 that security requirements for development are identified and maintained.' +
    freshness,
  remediation: {
    steps: [
      'Review each policy with its owner, change what no longer fits, and put the date of the review at its head.',
      'Enter the next review into a calendar that somebody keeps.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['GV.PO-02'], 'nist-ssdf-1.1': ['PO.1.1'] },
  evaluate: documented(globs, 'a security policy'),
};
