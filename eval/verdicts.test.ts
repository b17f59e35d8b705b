import { expect, test } from 'vitest';
import type { ReportControl } from '../lib/contract/report.ts';
import { falsePasses } from './verdicts.ts';

const control = (id: string, status: ReportControl['status'], basis: ReportControl['basis']): ReportControl => ({
  ...{ id, title: id, category: 'c', categoryTitle: 'c', weight: 3, status, basis, reason: '' },
  ...{ findings: [], checks: [] },
});

test('a pass is false where the control is known to be unmet, and on the word of a model', () => {
  const controls = [
    control('A', 'satisfied', 'check'),
    control('B', 'satisfied', 'check'),
    control('C', 'satisfied', 'model'),
    control('D', 'satisfied', 'person'),
    control('E', 'not-satisfied', 'model'),
  ];
  expect(falsePasses({ controls }, ['B', 'E'])).toEqual(['B', 'C']);
});
