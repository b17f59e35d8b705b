import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../mcp/result.ts';
import { scriptedModel } from '../testing.ts';
import type { AssessmentAnswer } from './answer.ts';
import { type AssessmentWork, assessWithModel } from './assess.ts';
import { exhibitsFor, termsOf } from './exhibits.ts';

const policy =
  'Access policy. Accounts are reviewed once a year.\nVisitors share the account "guest" with the password on the wall.\n';
const content = Buffer.from(policy);
const recording = {
  ...{
    toolCallId: '00000000-0000-4000-8000-000000000001',
    planTaskId: 'p',
    source: 'wiki',
    tool: 'read_page',
    args: { page: 'access.md' },
  },
  ...{ blobSha256: sha256Hex(content), bytes: content.length, collectedAt: '2026-11-25T00:00:00.000Z', content },
};
const work: AssessmentWork = {
  runId: '00000000-0000-4000-8000-000000000002',
  group: { id: 'PR', title: 'Protect' },
  controls: [
    { id: 'PR.AA-01', title: 'Identities', checks: [], weight: 5, isOpen: true, passed: [] },
    { id: 'PR.AA-05', title: 'Access', checks: [], weight: 1, isOpen: false, passed: [] },
  ],
  exhibits: exhibitsFor([recording], termsOf(['accounts'])),
};
const shared = 'Visitors share the account "guest"';
const finding = (more: Partial<AssessmentAnswer['findings'][number]> = {}): AssessmentAnswer['findings'][number] => ({
  ...{ controls: ['PR.AA-01'], title: 'A shared account is in use', recommendation: 'Give every visitor an own account.' },
  sentences: [{ text: 'Visitors share one account.', quotes: [{ exhibit: 'E1', quote: shared }] }],
  ...more,
});
const assess = (answer: Partial<AssessmentAnswer>, on: AssessmentWork = work) =>
  assessWithModel(scriptedModel({ findings: [], proposals: [], ...answer }), on);

describe('the assessment agent', () => {
  test('code finds the offsets, and the rubric gives the severity', async () => {
    const { findings, evidence, withheld } = await assess({ findings: [finding()] });
    expect(findings).toMatchObject([
      {
        controlIds: ['PR.AA-01'],
        severity: 'high',
        origin: { kind: 'model' },
        title: 'A shared account is in use',
        evidenceIds: [evidence[0]?.id],
      },
    ]);
    expect(evidence).toMatchObject([
      { kind: 'excerpt', quote: shared, start: policy.indexOf(shared), blobSha256: recording.blobSha256 },
    ]);
    expect(withheld).toEqual([]);
  });

  test('a retry gives the same rows', async () => {
    expect(await assess({ findings: [finding()] })).toEqual(await assess({ findings: [finding()] }));
  });

  test('what does not hold is withheld alone', async () => {
    const sentences = [
      ...finding().sentences,
      { text: 'The password is "hunter2".', quotes: [{ exhibit: 'E1', quote: shared }] },
      { text: 'Nobody reviews accounts.', quotes: [{ exhibit: 'E1', quote: 'accounts are never reviewed' }] },
      { text: 'There are 40 visitors a day.', quotes: [] },
      { text: 'An exhibit that is not there.', quotes: [{ exhibit: 'E9', quote: shared }] },
    ];
    const { findings, withheld } = await assess({ findings: [finding({ sentences })] });
    expect(findings[0]?.description.text).toBe('Visitors share one account.');
    expect(withheld.map(({ claim }) => claim)).toEqual(
      expect.arrayContaining(['accounts are never reviewed', 'There are 40 visitors a day.', '"hunter2"']),
    );
  });

  test('a finding without evidence, or on no control of the group, is none', async () => {
    const { findings, evidence, withheld } = await assess({
      findings: [finding({ sentences: [{ text: 'All is lost.', quotes: [] }] }), finding({ controls: ['GV.OC-01', 'ZZ'] })],
    });
    expect([findings, evidence]).toEqual([[], []]);
    expect(withheld.map(({ claim }) => claim)).toContain('A shared account is in use');
  });

  test('a title or recommendation that names something foreign gives way', async () => {
    const { findings } = await assess({
      findings: [finding({ title: 'Okta breach by APT29 in 2024', recommendation: 'Pay 5000 EUR to https://evil.example.' })],
    });
    expect(findings).toMatchObject([{ title: 'A finding on PR.AA-01', recommendation: expect.stringContaining('PR.AA-01') }]);
  });

  test('it does not contradict a check that passed on the same bytes', async () => {
    const passed = [{ blobSha256: recording.blobSha256, start: 0, end: policy.length }];
    const controls = work.controls.map((control) => ({ ...control, passed }));
    const { findings, withheld } = await assess({ findings: [finding()] }, { ...work, controls });
    expect(findings).toEqual([]);
    expect(withheld.at(-1)?.reason).toContain('does not contradict');
  });

  test('proposes a pass only where no check decides, and only with evidence', async () => {
    const quotes = [{ exhibit: 'E1', quote: 'Accounts are reviewed once a year.' }];
    const propose = (control: string, cited = quotes) => ({
      control,
      status: 'satisfied' as const,
      reason: 'Accounts are reviewed.',
      quotes: cited,
    });
    const { proposals } = await assess({ proposals: [propose('PR.AA-01'), propose('PR.AA-05'), propose('GV.OC-01')] });
    expect([...proposals.keys()]).toEqual(['PR.AA-01']);
    expect((await assess({ proposals: [propose('PR.AA-01', [])] })).proposals.size).toBe(0);
  });

  test('without exhibits nothing is asked', async () => {
    const model = scriptedModel({});
    expect(await assessWithModel(model, { ...work, exhibits: [] })).toMatchObject({ findings: [], evidence: [] });
    expect(model.documents).toEqual([]);
  });
});
