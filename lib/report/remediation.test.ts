import { expect, test } from 'vitest';
import { assembleReport } from './assemble.ts';
import { remediationOf } from './remediation.ts';
import { sampleRun } from './testing.ts';

const data = sampleRun();
const { findings, run } = assembleReport(data);

test('findings of one check on two sources are one item, and more controls come first', () => {
  const [first, ...rest] = findings;
  if (first === undefined) throw new Error('the sample has findings');
  const twice = [...rest, first, { ...first, id: '77777777-7777-4777-8777-777777777777' }];
  const [top, ...others] = remediationOf(run.id, twice, data.checks);
  expect(top).toMatchObject({ priority: 1, title: 'Workflows use OIDC instead of static cloud keys', effort: 'medium' });
  expect(top?.findingIds).toHaveLength(2);
  expect(others).toHaveLength(rest.length);
});

test('of equal urgency the smaller effort comes first', () => {
  const order = remediationOf(run.id, findings, data.checks).map(({ effort, priority }) => [priority, effort]);
  expect(order.slice(1, 4)).toEqual([
    [2, 'small'],
    [3, 'small'],
    [4, 'small'],
  ]);
});

test('a model finding, which has no check, keeps its own recommendation', () => {
  const raised = findings.slice(0, 1).map((one) => ({ ...one, origin: { kind: 'model' as const, name: 'm' } }));
  expect(remediationOf(run.id, raised, data.checks)).toMatchObject([{ steps: [raised[0]?.recommendation], effort: 'medium' }]);
});
