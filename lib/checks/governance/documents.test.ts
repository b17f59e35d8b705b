import { describe, expect, test } from 'vitest';
import { judge } from '../testing.ts';
import { incidentPlan } from './incident-plan.ts';
import { policies } from './policies.ts';
import { reviewDate } from './review-date.ts';
import { threatModel } from './threat-model.ts';

const asOf = '2026-11-23T12:00:00Z';
const limit = Date.parse(asOf);

describe('the date of review', () => {
  test.each([
    ['Last reviewed: 2026-03-01', '2026-03-01'],
    ['Last reviewed: 2026-03-01. Next review: by 2027-03-01.', '2026-03-01'],
    ['| Last updated | 12 March 2026 |', '12 March 2026'],
    ['_Reviewed by Ann on March 3rd, 2026_', 'March 3rd, 2026'],
    ['Effective date: June 2025', 'June 2025'],
    ['---\ndate: 2024-05-06\nlast_reviewed: 2026-01-02\n---', '2026-01-02'],
    ['Next review date: 2026-10-01', undefined],
    ['On 2026-01-01 the database failed.', undefined],
    ['Last reviewed: 03/04/2026', undefined],
    ['Last reviewed: 2027-05-01', undefined],
    ['Version 2, approved 2025-12-24; review due before 2026-11-01', '2025-12-24'],
  ])('of %j is %s', (text, expected) => {
    expect(reviewDate(text, limit)?.written).toBe(expected);
  });

  test('is read as the day it names', () => {
    expect(reviewDate('Reviewed 3 Feb 2026', limit)?.time).toBe(Date.UTC(2026, 1, 3));
    expect(reviewDate('Reviewed March 2026', limit)?.time).toBe(Date.UTC(2026, 2, 1));
  });
});

describe('documents', () => {
  test.each([
    ['Last reviewed: 2026-01-10\n', 'pass'],
    ['Last reviewed: 2024-11-02\n', 'fail'],
    ['No date at all.\n', 'unknown'],
  ])('%j is %s', async (text, expected) => {
    const path = 'docs/security/incident-response.md';
    expect((await judge(incidentPlan, { [path]: text }, { asOf })).results).toEqual({ [path]: expected });
  });

  test('are found by name, each for itself', async () => {
    const text = 'Last reviewed: 2026-01-10\n';
    const found = (
      await judge(
        policies,
        { 'docs/policies/access.md': text, 'docs/security/policy.md': text, 'SECURITY.md': text, 'src/policy.ts': '' },
        { asOf },
      )
    ).results;
    expect(found).toEqual({ 'docs/policies/access.md': 'pass', 'docs/security/policy.md': 'pass' });
    expect((await judge(threatModel, { 'docs/threat-model.md': text }, { asOf })).results).toEqual({
      'docs/threat-model.md': 'pass',
    });
  });

  test('that are missing may be kept elsewhere; what was not read is unknown', async () => {
    expect((await judge(threatModel, { 'README.md': '' })).results).toEqual({ repository: 'unknown' });
    expect((await judge(incidentPlan, {}, { notRead: { 'docs/incident-plan.pdf': 'binary' } })).results).toEqual({
      'docs/incident-plan.pdf': 'unknown',
    });
  });
});
