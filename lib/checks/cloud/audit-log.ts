import { couldMeet } from '../../domain/records.ts';
import type { Observation, RecordCheck, RecordSet } from '../check.ts';
import { fail, pass, unknown } from '../observe.ts';
import { citeFacts, countRecords, incompleteRecords, recordsWhere } from '../records.ts';
import type { ConditionOn } from '../rule.ts';

const sufficient: readonly ConditionOn<'audit-log'>[] = [
  { fact: 'isLogging', is: 'equal', value: true },
  { fact: 'coversAllRegions', is: 'equal', value: true },
];

const resource = 'audit logs';

export const auditLogEverywhere: RecordCheck<'audit-log'> = {
  id: 'cloud-audit-log',
  title: 'Administrative actions are logged in all regions',
  capability: 'cloud-configuration',
  kind: 'audit-log',
  severity: 'high',
  rationale:
    'Without a log of who changed what, an intrusion is noticed late and never understood; an intruder picks the region that is not watched. CSF PR.PS-04 asks ' +
    'that log records are generated; SSDF PO.5.1 that environments are protected and their use is monitored. One log that covers all regions is enough.',
  remediation: {
    steps: [
      'Make one trail for all regions, into a bucket of another account that administrators of this one cannot write to.',
      'Switch on log file validation, and an alarm for when logging stops.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-04'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: (set) => [judge(set)],
};

function judge(set: RecordSet<'audit-log'>): Observation {
  const [log] = recordsWhere(set, sufficient);
  if (log !== undefined) {
    const facts = citeFacts(log, 'name', 'isLogging', 'coversAllRegions');
    return pass(resource, 'Administrative actions are logged in all regions', [countRecords(set, sufficient), ...facts]);
  }
  if (set.records.some((record) => couldMeet(record, sufficient))) {
    return unknown(resource, 'The source does not state of every log whether it is on and covers all regions');
  }
  if (!set.listing.complete) return incompleteRecords(set, resource);
  const facts = set.records.flatMap((record) => citeFacts(record, 'name', 'isLogging', 'coversAllRegions'));
  return fail(resource, 'No log of administrative actions is on and covers all regions', [
    countRecords(set, sufficient),
    ...facts,
  ]);
}
