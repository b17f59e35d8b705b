import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';

export const bucketEncryption: RecordCheck<'bucket'> = {
  id: 'cloud-bucket-encryption',
  title: 'Storage buckets encrypt what is put into them',
  capability: 'cloud-configuration',
  kind: 'bucket',
  severity: 'medium',
  rationale:
    'Encryption at rest keeps data from those who get hold of the storage below it. CSF PR.DS-01 asks that data at rest is protected; SSDF PW.9.1 for a ' +
    'secure baseline, which a default on the bucket enforces whatever the writer forgets.',
  remediation: {
    steps: ['Set default encryption on each bucket named here, with a key of your own for confidential data.'],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.DS-01'], 'nist-ssdf-1.1': ['PW.9.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [],
      breaches: [{ where: [{ fact: 'isEncrypted', is: 'equal', value: false }], reason: 'The bucket has no default encryption' }],
      known: ['name'],
      all: 'buckets',
      kept: 'Every bucket listed has default encryption',
      none: { result: 'not-applicable', reason: 'There are no buckets' },
    }),
};
