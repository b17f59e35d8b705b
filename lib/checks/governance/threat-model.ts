import type { RepositoryCheck } from '../check.ts';
import { documented, freshness } from './document.ts';

const globs = [
  '**/*threat*model*.{md,txt,rst,adoc,pdf,docx}',
  '**/threat*model*/**/*.{md,txt,rst,adoc}',
  '{docs,doc,security}/**/threats.{md,txt,rst,adoc}',
];

export const threatModel: RepositoryCheck = {
  id: 'governance-threat-model',
  title: 'There is a threat model, reviewed within a year',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'Defences that nobody derived from threats stand where it was convenient. CSF ID.RA-04 asks that impact and likelihood of threats are ' +
    'identified and recorded; SSDF PW.1.1 for risk modelling such as threat modelling.' +
    freshness,
  remediation: {
    steps: [
      'Draw the data flows and trust boundaries, list threats for each, and say which defence answers it and where it lives.',
      'Review it when a boundary is added and once a year, and put the date of the review at its head.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['ID.RA-04'], 'nist-ssdf-1.1': ['PW.1.1'] },
  evaluate: documented(globs, 'a threat model'),
};
