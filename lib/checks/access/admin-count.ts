import type { Observation, RecordCheck, RecordSet } from '../check.ts';
import { fail, pass, unknown } from '../observe.ts';
import { countRecords, incompleteRecords, recordsWhere } from '../records.ts';
import type { ConditionOn } from '../rule.ts';

const isAdmin: readonly ConditionOn<'member'>[] = [{ fact: 'isAdmin', is: 'equal', value: true }];
const unstated: readonly ConditionOn<'member'>[] = [{ fact: 'isAdmin', is: 'missing' }];

/**
 * Three: one who acts, one who stands in, one for the day that both are away. A larger organisation may have one in ten: its
 * administrators look after people and not after one repository.
 */
const allowed = (members: number): number => Math.max(3, Math.floor(members / 10));

const resource = 'members';

export const adminCount: RecordCheck<'member'> = {
  id: 'access-admin-count',
  title: 'Few have administrator rights: at most three, or one member in ten',
  capability: 'repository-settings',
  kind: 'member',
  severity: 'medium',
  rationale:
    'Every administrator can switch off every other safeguard, so each account more is one more way in. CSF PR.AA-05 asks for least privilege ' +
    'that is reviewed; SSDF PS.1.1 for access to code by least privilege. The bound leaves room for absence: three in a small team, one in ten in a large one.',
  remediation: {
    steps: [
      'Give those who do not administer the role that their work needs (write or maintain).',
      'Keep two or three administrators, and review them when somebody changes role or leaves.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-05'], 'nist-ssdf-1.1': ['PS.1.1'] },
  evaluate: (set) => [judge(set)],
};

function judge(set: RecordSet<'member'>): Observation {
  // More members would allow more administrators: of a part nothing can be said either way.
  if (!set.listing.complete) return incompleteRecords(set, resource);
  if (recordsWhere(set, unstated).length > 0)
    return unknown(resource, 'The source does not state of every member whether they are an administrator');
  const count = recordsWhere(set, isAdmin).length;
  if (count === 0) return unknown(resource, 'No administrator is listed, though there must be one');
  const total = set.records.length;
  const cited = [countRecords(set, isAdmin)];
  return count > allowed(total)
    ? fail(resource, `${count} of ${total} members have administrator rights`, cited)
    : pass(resource, `${count} of ${total} members have administrator rights`, cited);
}
