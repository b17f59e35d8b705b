/** Rows for this folder's tests, with words that a careless encoding would break. */
import { createHash, randomUUID } from 'node:crypto';
import type { EvidenceItem, Prose, Remediation } from '../contract/report.ts';
import type { FindingRow } from './findings.ts';
import type { CheckResultRow } from './results.ts';

export const sha = (words: string) => createHash('sha256').update(words).digest('hex');
export const odd = 'it’s "odd"\\ {é😀}, \n\ttrue';
export const prose: Prose = { text: odd, origin: 'check', claims: [{ start: 0, end: 3, evidenceIds: [randomUUID()] }] };

export const checkResult = (planTaskId: string, at = 0): CheckResultRow => ({
  planTaskId,
  checkId: `check-${String(at).padStart(4, '0')}`,
  result: 'fail',
  reason: odd,
  observations: [{ resource: 'a/b.ts', result: 'fail', reason: odd, evidenceIds: [randomUUID()] }],
});
export const finding = (
  planTaskId: string | null,
  checkId: string | null,
  firstSeenRunId: string = randomUUID(),
): FindingRow => ({
  id: randomUUID(),
  checkId,
  planTaskId,
  controlIds: ['PR.DS-01', 'ID.RA-01'],
  severity: 'high',
  title: odd,
  description: prose,
  recommendation: odd,
  evidenceIds: [randomUUID(), randomUUID()],
  origin: checkId === null ? { kind: 'model', name: 'm' } : { kind: 'check', id: checkId },
  firstSeenRunId,
});
export const excerpt = (): EvidenceItem => ({
  ...{ id: randomUUID(), kind: 'excerpt', toolCallId: randomUUID(), blobSha256: sha(randomUUID()), start: 3, end: 9 },
  ...{ quote: odd, state: 'repaired', collectedAt: '2026-05-06T07:08:09.010Z' },
});
export const population = (): EvidenceItem => ({
  ...{ id: randomUUID(), kind: 'population', toolCallIds: [randomUUID(), randomUUID()], blobSha256s: [sha('a'), sha('b')] },
  ...{
    predicate: { name: 'path-matches', args: { globs: ['**/*.lock', odd] } },
    count: 0,
    statement: odd,
    collectedAt: '2026-05-06T07:08:09.000Z',
  },
});
export const gap = () => ({ id: randomUUID(), source: 'git', reason: odd, controlIds: ['PR.DS-01'] });
export const remediation = (priority: number): Remediation => ({
  id: randomUUID(),
  findingIds: [randomUUID()],
  title: odd,
  steps: [odd, 'b'],
  effort: 'small',
  priority,
});
