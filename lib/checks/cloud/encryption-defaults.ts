import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';

export const encryptionDefaults: RecordCheck<'encryption-default'> = {
  id: 'cloud-encryption-defaults',
  title: 'New storage is encrypted by default, in every region',
  capability: 'cloud-configuration',
  kind: 'encryption-default',
  severity: 'medium',
  rationale:
    'A default protects the volume that somebody makes by hand on a bad day. CSF PR.DS-01 asks that data at rest is protected; SSDF PW.9.1 for a secure ' +
    'baseline. Regions that are not used count too: that is where nobody looks.',
  remediation: { steps: ['Switch on encryption by default for volumes in each region named here.'], effort: 'small' },
  controls: { 'nist-csf-2.0': ['PR.DS-01'], 'nist-ssdf-1.1': ['PW.9.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [],
      breaches: [
        { where: [{ fact: 'isEnabled', is: 'equal', value: false }], reason: 'New storage is not encrypted by default' },
      ],
      known: ['name'],
      all: 'encryption defaults',
      kept: 'New storage is encrypted by default wherever it was asked',
      none: { result: 'unknown', reason: 'No default is listed' },
    }),
};
