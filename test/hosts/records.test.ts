/** Alerts and settings through the hosts' servers, counted and quoted as whoever verifies counts and quotes them. */
import { describe, expect, test } from 'vitest';
import { checkRows } from '../../lib/agents/extraction/check-rows.ts';
import { collectorFor } from '../../lib/agents/extraction/collectors.ts';
import type { Citation, RecordKind, RecordSet, SourceRecords } from '../../lib/checks/check.ts';
import { absentRecords, citeFacts, countRecords, recordsWhere } from '../../lib/checks/records.ts';
import { type Condition, factsOf } from '../../lib/domain/records.ts';
import { type EvidenceCheck, evidenceChecker } from '../../lib/report/check-evidence.ts';
import { callsTo, type HostCalls } from '../support/hosts/calls.ts';
import { type GithubFixture, serveGithub } from '../support/hosts/github.ts';
import { type GitlabFixture, serveGitlab } from '../support/hosts/gitlab.ts';
import { repositoryOf } from '../support/hosts/repository.ts';
import type { Served } from '../support/hosts/serve.ts';

const asOf = '2026-11-25T12:00:00.000Z';
const repository = repositoryOf({ 'README.md': '# Shop\n' });

const dependabot = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    state: 'open',
    dependency: { package: { ecosystem: 'npm', name: 'größe' }, manifest_path: 'package-lock.json' },
    security_advisory: { ghsa_id: 'GHSA-1', summary: 'A "quoted" summary', severity: 'low' },
    security_vulnerability: { severity: index === 7 ? 'critical' : 'medium' },
    created_at: '2026-10-01T08:00:00Z',
  }));

const open: Condition = { fact: 'state', is: 'equal', value: 'open' };
const critical: Condition = { fact: 'severity', is: 'one-of', values: ['critical', 'high'] };

async function through(serving: Promise<Served>, capability: 'alerts' | 'repository-settings') {
  const served = await serving;
  const calls = await callsTo(served);
  const { evidence, gaps } = await collectorFor(served.profile, capability)(calls.call, { asOf, scope: served.scope ?? {} });
  if (!('sets' in evidence)) throw new Error('no records');
  return { calls, evidence, gaps };
}

const github = (fixture: Omit<GithubFixture, 'repository'>) => serveGithub({ ...fixture, repository });
const gitlab = (fixture: Omit<GitlabFixture, 'repository'>) => serveGitlab({ ...fixture, repository });

function setOf<K extends RecordKind>({ sets }: SourceRecords, kind: K): RecordSet<K> {
  const set = sets[kind];
  if (set === undefined) throw new Error(`no ${kind}`);
  return set;
}

/** What becomes of a citation on its way to a report, checked against the ledger. */
function verified({ ledger, blobs }: HostCalls, evidence: SourceRecords, citations: readonly Citation[]): EvidenceCheck[] {
  const check = {
    id: 'c',
    title: 't',
    rationale: 'r',
    severity: 'high',
    remediation: { steps: [], effort: 'small' },
    controls: {},
  } as const;
  const results = [
    {
      check: { ...check, capability: 'alerts' as const, kind: 'ticket' as const, evaluate: () => [] },
      observations: [{ resource: 'r', result: 'pass' as const, reason: 'r', citations }],
    },
  ];
  const rows = checkRows(
    results,
    evidence,
    () => asOf,
    () => crypto.randomUUID(),
  );
  return rows.evidence.map(evidenceChecker(ledger, blobs));
}

describe('alerts on GitHub', () => {
  test('every page is read, and a count over them stands up to whoever counts again', async () => {
    const { calls, evidence, gaps } = await through(github({ dependabot: dependabot(250) }), 'alerts');
    const set = setOf(evidence, 'dependency-alert');
    expect([set.records.length, set.listing.complete, set.listing.toolCallIds.length, gaps]).toEqual([250, true, 3, []]);
    expect(recordsWhere(set, [open, critical]).map(({ resource }) => resource)).toEqual(['Dependabot alert 8']);
    const [counted] = verified(calls, evidence, [countRecords(set, [open, critical])]);
    expect(counted).toMatchObject({
      ok: true,
      item: { count: 1, statement: '1 of 250 dependency-alert records: state open and severity one of critical, high' },
    });
    const lie = { ...countRecords(set, [open, critical]), count: 0, statement: 'none of 250 dependency-alert records' };
    expect(verified(calls, evidence, [lie])).toEqual([{ ok: false, reason: 'The listing holds 1 that match, not 0.' }]);
    const invented = countRecords(set, [critical], '1 of 250 alerts, 90 days old');
    expect(verified(calls, evidence, [invented])[0]).toMatchObject({ ok: false, reason: expect.stringContaining('"90"') });
  });

  test('just the members that say it are quoted, at their bytes', async () => {
    const { calls, evidence } = await through(github({ dependabot: dependabot(9) }), 'alerts');
    const [found] = recordsWhere(setOf(evidence, 'dependency-alert'), [critical]);
    if (found === undefined) throw new Error('none');
    const citations = citeFacts(found, 'state', 'severity', 'createdAt');
    expect(citations.map((one) => one.kind === 'excerpt' && one.quote)).toEqual([
      '"state":"open"',
      '"severity":"critical"',
      '"created_at":"2026-10-01T08:00:00Z"',
    ]);
    const checked = verified(calls, evidence, citations);
    expect(checked.map((one) => one.ok && one.item.kind === 'excerpt' && one.item.state)).toEqual([
      'verified',
      'verified',
      'verified',
    ]);
  });

  test('a scanner that is switched off shows nothing, which is not the absence of alerts', async () => {
    const { evidence, gaps } = await through(github({ secretScanning: null }), 'alerts');
    expect(evidence.unseen['secret-alert']).toContain('Secret scanning is disabled');
    expect(evidence.sets['secret-alert']).toBeUndefined();
    expect(gaps).toEqual([expect.stringContaining('secret-alert records were not shown')]);
    const none = setOf(evidence, 'code-alert');
    expect(absentRecords(none, [open], 'code scanning', 'No alert is open').result).toBe('pass');
    expect(
      absentRecords({ ...none, listing: { ...none.listing, complete: false } }, [open], 'x', 'No alert is open').result,
    ).toBe('unknown');
  });

  test('nothing is counted in a listing of another kind', async () => {
    const { calls, evidence } = await through(github({ dependabot: dependabot(3) }), 'alerts');
    const swapped = {
      ...evidence,
      sets: {
        ...evidence.sets,
        'secret-alert': { ...setOf(evidence, 'dependency-alert'), kind: 'secret-alert' as const, records: [] },
      },
    };
    const [counted] = verified(calls, swapped, [countRecords(swapped.sets['secret-alert'], [open])]);
    expect(counted).toMatchObject({
      ok: false,
      reason: expect.stringContaining('list_dependabot_alerts lists no secret-alert records'),
    });
  });

  test('code and secret alerts are read in our words', async () => {
    const { evidence } = await through(
      github({
        codeScanning: [
          {
            number: 4,
            state: 'open',
            rule: { severity: 'error', security_severity_level: null },
            created_at: '2026-01-02T00:00:00Z',
          },
        ],
        secretScanning: [{ number: 1, state: 'resolved', resolution: 'wont_fix', created_at: 'soon' }],
      }),
      'alerts',
    );
    const facts = (kind: RecordKind) =>
      setOf(evidence, kind).records.map((one) => Object.fromEntries([...factsOf(one)].map(([name, { value }]) => [name, value])));
    expect(facts('code-alert')).toEqual([{ state: 'open', severity: 'high', createdAt: '2026-01-02T00:00:00Z' }]);
    expect(facts('secret-alert')).toEqual([{ state: 'dismissed' }]);
  });
});

describe('alerts on GitLab', () => {
  test('each scanner is asked for by itself, and answers for itself alone', async () => {
    const found = {
      id: 'gid://gitlab/Vulnerability/12',
      state: 'CONFIRMED',
      severity: 'CRITICAL',
      detectedAt: '2026-10-01T08:00:00Z',
    };
    const finding = { ...found, id: 'gid://gitlab/Vulnerability/13', severity: 'LOW' };
    const vulnerabilities = { secret_detection: [found], sast: [finding] };
    const { calls, evidence } = await through(gitlab({ vulnerabilities }), 'alerts');
    const secrets = setOf(evidence, 'secret-alert');
    expect(recordsWhere(secrets, [open, critical]).map(({ resource }) => resource)).toEqual(['vulnerability 12']);
    expect(evidence.unseen['dependency-alert']).toContain('not accessible');
    expect(verified(calls, evidence, [countRecords(secrets, [open])])).toMatchObject([{ ok: true, item: { count: 1 } }]);
    const { listing } = setOf(evidence, 'code-alert');
    const swapped = { ...evidence, sets: { 'secret-alert': { ...secrets, listing } } };
    expect(verified(calls, swapped, [countRecords({ ...secrets, records: [] }, [open])])[0]).toMatchObject({ ok: false });
  });

  test('a project that no scanner ever looked at is not a clean one', async () => {
    const { evidence } = await through(
      gitlab({ vulnerabilities: { secret_detection: [], sast: [], dependency_scanning: [] } }),
      'alerts',
    );
    expect(evidence.sets).toEqual({});
    expect(Object.values(evidence.unseen)).toEqual(
      Array(3).fill(expect.stringContaining('nothing shows that a scanner ever ran')),
    );
  });
});

describe('settings', () => {
  const unprotected = [
    { fact: 'isDefault', is: 'equal', value: true },
    { fact: 'isProtected', is: 'equal', value: false },
  ] as const;

  test('GitHub shows which branches are protected, and in another answer which is the default one', async () => {
    const branches = ['main', 'feature'].map((name) => ({ name, sha: 'a'.repeat(40), protected: false }));
    const { calls, evidence } = await through(github({ branches }), 'repository-settings');
    const rules = setOf(evidence, 'branch-rule');
    const [main, ...others] = recordsWhere(rules, unprotected);
    expect([main?.id, others, rules.records.length]).toEqual(['main', [], 2]);
    if (main === undefined) throw new Error('none');
    const citations = [countRecords(rules, unprotected), ...citeFacts(main, 'isDefault', 'isProtected')];
    const checked = verified(calls, evidence, citations);
    expect(checked.map((one) => one.ok && (one.item.kind === 'excerpt' ? one.item.quote : one.item.count))).toEqual([
      1,
      '"default_branch":"main"',
      '"protected":false',
    ]);
  });

  test('GitHub shows who is an admin', async () => {
    const collaborators = [
      { login: 'ada', id: 1, role_name: 'admin' },
      { login: 'bob', id: 2, role_name: 'write' },
    ];
    const { evidence } = await through(github({ collaborators }), 'repository-settings');
    const admins = recordsWhere(setOf(evidence, 'member'), [{ fact: 'isAdmin', is: 'equal', value: true }]);
    expect(admins.map(({ id }) => id)).toEqual(['ada']);
    expect(setOf(evidence, 'repository').records.map(({ id }) => id)).toEqual(['acme/shop']);
  });

  test('GitLab shows the default branch too', async () => {
    const { calls, evidence } = await through(
      gitlab({
        branches: [{ name: 'main', default: true, protected: false }],
        members: Array.from({ length: 101 }, (_, id) => ({ id, username: `person${id}`, access_level: id === 0 ? 50 : 30 })),
      }),
      'repository-settings',
    );
    const rules = setOf(evidence, 'branch-rule');
    expect(verified(calls, evidence, [countRecords(rules, unprotected)])).toMatchObject([{ ok: true, item: { count: 1 } }]);
    const members = setOf(evidence, 'member');
    expect([members.records.length, members.listing.toolCallIds.length]).toEqual([101, 3]);
    expect(setOf(evidence, 'repository').records[0]?.facts.isPrivate?.value).toBe(true);
  });
});
