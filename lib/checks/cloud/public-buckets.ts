import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';

export const publicBuckets: RecordCheck<'bucket'> = {
  id: 'cloud-public-buckets',
  title: 'No storage bucket is open to the public',
  capability: 'cloud-configuration',
  kind: 'bucket',
  severity: 'critical',
  rationale:
    'An open bucket gives its contents to whoever guesses its name, and names are scanned for. CSF PR.IR-01 asks that environments are protected from ' +
    'unauthorised access, CSF PR.DS-01 that data at rest is protected; SSDF PW.9.1 for a secure baseline of every setting.',
  remediation: {
    steps: [
      'Block public access for the whole account, and then for each bucket named here.',
      'Serve what is meant for the public through a content network that reads the bucket with its own identity.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.IR-01', 'PR.DS-01'], 'nist-ssdf-1.1': ['PW.9.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [],
      breaches: [{ where: [{ fact: 'isPublic', is: 'equal', value: true }], reason: 'The bucket is open to the public' }],
      known: ['name'],
      all: 'buckets',
      kept: 'No bucket listed is open to the public',
      none: { result: 'not-applicable', reason: 'There are no buckets' },
    }),
};
