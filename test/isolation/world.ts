/**
 * Two projects and everybody who might look at them. `project` has an owner, an editor who started its runs, and an auditor;
 * `foreign` belongs to a stranger. Every table has a row of `project` (or of the editor), which the probes ask for.
 */
import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';

const names = [
  ...(['owner', 'editor', 'auditor', 'stranger', 'newcomer'] as const),
  ...(['project', 'foreign', 'unfounded', 'abandoned'] as const),
  ...(['run', 'previousRun', 'siblingRun', 'borrowingRun', 'foreignRun', 'foreignPrevious'] as const),
  ...(['connection', 'otherConnection', 'ownersConnection', 'strangersConnection'] as const),
  ...(['planTask', 'toolCall', 'evidence', 'gap', 'finding', 'previousFinding', 'siblingFinding', 'foreignFinding'] as const),
  ...([
    'overlay',
    'decision',
    'remediation',
    'modelCall',
    'withheld',
    'approval',
    'foreignApproval',
    'auditEvent',
    'personalEvent',
    'fresh',
  ] as const),
];
export type Name = (typeof names)[number];
export type World = Readonly<Record<Name, string>>;

export const blob = Buffer.from('a stored block');
export const blobSha256 = createHash('sha256').update(blob).digest('hex');

export type Actor = 'owner' | 'editor' | 'auditor' | 'stranger' | 'run' | 'foreignRun' | 'nobody';
export const actors: readonly Actor[] = ['owner', 'editor', 'auditor', 'stranger', 'run', 'foreignRun', 'nobody'];

/** What a door sets for that actor. */
export function settingsOf(world: World, actor: Actor | Name): { user: string; run: string } {
  if (actor === 'nobody') return { user: '', run: '' };
  return actor.endsWith('un') ? { user: '', run: world[actor] } : { user: world[actor], run: '' };
}

/** As the superuser. */
export async function createWorld(client: pg.Client): Promise<World> {
  const prose = '{"text":"t","origin":"check","claims":[]}';
  const w = Object.fromEntries(names.map((name) => [name, randomUUID()])) as Record<Name, string>;
  const insert = async (table: string, ...rows: Record<string, unknown>[]) => {
    for (const row of rows) {
      const columns = Object.keys(row).map((column) => client.escapeIdentifier(column));
      const values = columns.map((_, at) => `$${at + 1}`);
      await client.query(`INSERT INTO "${table}" (${columns}) VALUES (${values})`, Object.values(row));
    }
  };
  await insert('User', { id: w.owner }, { id: w.editor }, { id: w.auditor }, { id: w.stranger });
  const project = (id: string, createdBy: string) => ({ id, name: 'p', createdBy });
  await insert(
    'Project',
    project(w.project, w.owner),
    project(w.foreign, w.stranger),
    project(w.unfounded, w.editor),
    project(w.abandoned, w.editor),
  );
  const member = (projectId: string, userId: string, role: string) => ({ projectId, userId, role });
  await insert(
    'ProjectMember',
    ...[member(w.project, w.owner, 'owner'), member(w.project, w.editor, 'editor'), member(w.project, w.auditor, 'auditor')],
    ...[member(w.foreign, w.stranger, 'owner'), member(w.abandoned, w.owner, 'owner')],
  );
  const connection = (id: string, userId: string) => ({ id, userId, name: id, profile: 'generic', url: 'u', authKind: 'none' });
  await insert('Connection', connection(w.connection, w.editor), connection(w.otherConnection, w.editor));
  await insert('Connection', connection(w.ownersConnection, w.owner), connection(w.strangersConnection, w.stranger));
  const grant = (connectionId: string, userId: string) => ({
    connectionId,
    userId,
    connectionVersion: 1,
    issuer: 'i',
    resource: 'r',
  });
  await insert('OAuthGrant', grant(w.connection, w.editor), grant(w.strangersConnection, w.stranger));
  await insert('Framework', { id: 'f', projectId: w.project, version: '1', title: 't', content: '{}' });
  const run = (id: string, projectId: string, startedBy: string, connectionIds: string[], outcome: string | null) => {
    return { id, projectId, startedBy, frameworkId: 'f', mode: 'checks', connectionIds, outcome, createdAt: '2020-01-01' };
  };
  await insert(
    'Run',
    run(w.run, w.project, w.editor, [w.connection], null),
    run(w.previousRun, w.project, w.editor, [w.connection], 'complete'),
  );
  await insert(
    'Run',
    run(w.siblingRun, w.project, w.editor, [], null),
    run(w.borrowingRun, w.project, w.editor, [w.ownersConnection], null),
  );
  await insert(
    'Run',
    run(w.foreignRun, w.foreign, w.stranger, [w.strangersConnection], null),
    run(w.foreignPrevious, w.foreign, w.stranger, [], 'complete'),
  );
  await insert('PlanTask', {
    id: w.planTask,
    runId: w.run,
    position: 1,
    source: 's',
    connectionId: w.connection,
    capability: 'c',
    controlIds: [],
    goal: 'g',
  });
  const approval = (id: string, runId: string) => ({
    ...{ id, runId, planTaskId: w.planTask, connectionId: w.connection, round: 1, server: 's' },
    ...{ calls: '[]', requestedAt: '2020-01-01', expiresAt: '2120-01-01' },
  });
  await insert('Approval', approval(w.approval, w.run), approval(w.foreignApproval, w.foreignRun));
  await insert('ApprovalToken', { approvalId: w.approval, runId: w.run, sealed: Buffer.from('sealed') });
  await insert('Step', ...[w.run, w.previousRun].map((runId) => ({ runId, name: 'extract', item: 'x', status: 'running' })));
  const call = {
    planTaskId: w.planTask,
    connectionId: w.connection,
    callKey: 'k',
    serverName: 's',
    serverVersion: '1',
    tool: 't',
    args: '{}',
  };
  await insert('ToolCall', { id: w.toolCall, runId: w.run, ...call, attempt: 1, startedAt: '2020-01-01', status: 'started' });
  await insert('Blob', { projectId: w.project, sha256: blobSha256, bytes: blob.length, content: blob });
  await insert('Evidence', {
    id: w.evidence,
    runId: w.run,
    step: 's',
    kind: 'excerpt',
    toolCallIds: [w.toolCall],
    blobSha256s: [blobSha256],
    start: 0,
    end: 1,
    quote: 'a',
    state: 'verified',
    collectedAt: '2020-01-01',
  });
  const result = { planTaskId: w.planTask, checkId: 'c', result: 'pass', reason: 'r', observations: '[]' };
  await insert('CheckResult', ...[w.run, w.previousRun, w.siblingRun].map((runId) => ({ runId, ...result })));
  await insert('Population', { runId: w.run, planTaskId: w.planTask, what: 'w', count: 1, complete: true });
  await insert('Gap', { id: w.gap, runId: w.run, step: 's', source: 's', reason: 'r', controlIds: [] });
  await insert('ControlResult', { runId: w.run, controlId: 'c', status: 'satisfied', reason: 'r', findingIds: [] });
  const finding = (id: string, runId: string) => ({
    ...{ id, runId, step: 's', controlIds: [], severity: 'low', title: 't', description: prose, recommendation: 'r' },
    ...{ evidenceIds: [], origin: '{"kind":"check","id":"c"}', firstSeenRunId: runId },
  });
  await insert(
    'Finding',
    finding(w.finding, w.run),
    finding(w.previousFinding, w.previousRun),
    finding(w.siblingFinding, w.siblingRun),
  );
  await insert('Finding', finding(w.foreignFinding, w.foreignRun));
  await insert('FindingOverlay', {
    id: w.overlay,
    projectId: w.project,
    findingId: w.finding,
    status: 'open',
    createdBy: w.editor,
  });
  await insert('ControlDecision', {
    id: w.decision,
    runId: w.run,
    controlId: 'c',
    decision: 'accept',
    reason: 'r',
    createdBy: w.editor,
  });
  await insert('Remediation', {
    id: w.remediation,
    runId: w.run,
    findingIds: [],
    title: 't',
    steps: [],
    effort: 'small',
    priority: 1,
  });
  const asked = {
    step: 's',
    attempt: 1,
    callKey: 'k',
    kind: 'plan',
    schema: 's',
    model: 'm',
    startedAt: '2020-01-01',
    durationMs: 1,
  };
  const tokens = { status: 'ok', promptTokens: 1, completionTokens: 1, answer: '{}' };
  await insert('ModelCall', { id: w.modelCall, runId: w.run, ...asked, ...tokens });
  await insert('Withheld', { id: w.withheld, runId: w.run, step: 's', claim: 'c', reason: 'r' });
  await insert('Section', { runId: w.run, id: 's', title: 't', prose, origin: 'check' });
  const report = (runId: string, projectId: string) => {
    return { runId, projectId, root: 'r', objectKey: runId, content: '{"schema":"assay.report/1"}' };
  };
  await insert('Report', ...[w.run, w.previousRun, w.siblingRun].map((runId) => report(runId, w.project)));
  await insert('Report', report(w.foreignPrevious, w.foreign));
  await insert('RunEvent', { runId: w.run, stream: 's', seq: 1, time: '2020-01-01', event: '{}' });
  await insert(
    'AuditEvent',
    { id: w.auditEvent, projectId: w.project, userId: w.editor, action: 'a' },
    { id: w.personalEvent, userId: w.editor, action: 'a' },
  );
  await insert('IdempotencyKey', { userId: w.editor, key: 'k', route: 'r', bodyHash: 'h' });
  return w;
}
