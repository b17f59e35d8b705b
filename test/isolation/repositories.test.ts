import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import {
  decideApproval,
  expireApprovals,
  getApproval,
  insertApproval,
  keepToken,
  listApprovals,
  readToken,
} from '../../lib/store/approvals.ts';
import { insertAuditEvent, listAuditEvents } from '../../lib/store/audit.ts';
import {
  deleteConnection,
  getConnection,
  insertConnection,
  listConnections,
  recordHealth,
  resealConnection,
  updateConnection,
} from '../../lib/store/connections.ts';
import { insertDecision, listDecisions } from '../../lib/store/decisions.ts';
import { getEvidence, getFinding, insertEvidence, insertFindings, listEvidence, listFindings } from '../../lib/store/findings.ts';
import { claimKey, releaseKey, settleKey } from '../../lib/store/idempotency.ts';
import { completeToolCalls, insertBlobs, ledgerOf, pageOfLedger, readBlobs, startToolCalls } from '../../lib/store/ledger.ts';
import { deleteMember, insertMember, listMembers, otherOwners, roleIn, updateMember } from '../../lib/store/members.ts';
import { insertModelCalls, modelAnswers, modelUsage } from '../../lib/store/model-calls.ts';
import { deleteGrant, getGrant, listGrants, renewGrant, replaceGrant } from '../../lib/store/oauth-grants.ts';
import { insertOverlay, latestOverlays } from '../../lib/store/overlays.ts';
import { connectionsOfRun, getPlanTask, insertPlanTasks, listPlanTasks } from '../../lib/store/plan.ts';
import { deleteProject, ensureUser, getProject, insertProject, listProjects, updateProject } from '../../lib/store/projects.ts';
import {
  archiveEvents,
  getReportHead,
  insertReport,
  listSections,
  previousReport,
  readArchive,
  writeSection,
} from '../../lib/store/report.ts';
import {
  insertCheckResults,
  insertControlResults,
  insertGaps,
  insertPopulations,
  insertRemediation,
  listCheckResults,
  listControlResults,
  listGaps,
  listPopulations,
  listRemediation,
} from '../../lib/store/results.ts';
import { countsOfRun } from '../../lib/store/run-counts.ts';
import {
  bumpEpoch,
  countActiveRuns,
  getRun,
  insertRun,
  listRuns,
  markStarted,
  requestCancel,
  setOutcome,
  setStageDeadline,
} from '../../lib/store/runs.ts';
import { enterStage } from '../../lib/store/stages.ts';
import { beginStep, beginStepUnlessDone, type Fence, finishStep, getStep, holdFence, listSteps } from '../../lib/store/steps.ts';
import { openStore } from '../../lib/store/store.ts';
import { acceptTool, getToolPolicy, pinnedTools, pinTools, setToolPolicy } from '../../lib/store/tool-policy.ts';
import type { Tx } from '../../lib/store/tx.ts';
import { insertWithheld, listWithheld } from '../../lib/store/withheld.ts';
import { testDatabase } from '../support/services.ts';
import { tables } from './probes.ts';
import { blobSha256, createWorld } from './world.ts';

const database = await testDatabase();
const client = new pg.Client(database.adminUrl);
await client.connect();
const w = await createWorld(client);
const store = openStore({ url: database.appUrl, poolMax: 2, statementTimeoutMs: 10_000 });
afterAll(async () => {
  await store.close();
  await client.end();
  await database.drop();
});

type Call = (tx: Tx) => Promise<unknown>;
const page = { limit: 10 };
const at = new Date();
const fence: Fence = { runId: w.run, projectId: w.project, step: 'extract', item: 'x', attempt: 0, epoch: 0 };
const runOf = (id: string) => ({ id, projectId: w.project, frameworkId: 'f', createdAt: at });

/** Each function of lib/store that reads, asked for what belongs to `project`. A member, or its run, gets something. */
const readers: Readonly<Record<string, Call>> = {
  countActiveRuns: (tx) => countActiveRuns(tx, w.editor),
  countsOfRun: (tx) => countsOfRun(tx, { id: w.run, frameworkId: 'none' }),
  connectionsOfRun: (tx) => connectionsOfRun(tx, [w.connection]),
  getApproval: (tx) => getApproval(tx, w.approval),
  getConnection: (tx) => getConnection(tx, w.editor, w.connection),
  getEvidence: (tx) => getEvidence(tx, w.run, w.evidence),
  getFinding: (tx) => getFinding(tx, w.finding),
  getGrant: (tx) => getGrant(tx, w.connection),
  getPlanTask: (tx) => getPlanTask(tx, w.run, w.planTask),
  getProject: (tx) => getProject(tx, w.project),
  getReportHead: (tx) => getReportHead(tx, w.run),
  getRun: (tx) => getRun(tx, w.run),
  getToolPolicy: (tx) => getToolPolicy(tx, w.connection),
  getStep: (tx) => getStep(tx, w.run, 'extract', 'x'),
  latestOverlays: (tx) => latestOverlays(tx, [w.finding]),
  ledgerOf: (tx) => ledgerOf(tx, w.run),
  listApprovals: (tx) => listApprovals(tx, w.run),
  listAuditEvents: (tx) => listAuditEvents(tx, w.project, page),
  listCheckResults: (tx) => listCheckResults(tx, w.run),
  listConnections: (tx) => listConnections(tx, w.editor, page),
  listControlResults: (tx) => listControlResults(tx, w.run),
  listDecisions: (tx) => listDecisions(tx, w.run),
  listEvidence: (tx) => listEvidence(tx, w.run),
  listFindings: (tx) => listFindings(tx, w.run),
  listGaps: (tx) => listGaps(tx, w.run),
  listGrants: (tx) => listGrants(tx, [w.connection]),
  listMembers: (tx) => listMembers(tx, w.project),
  listPlanTasks: (tx) => listPlanTasks(tx, w.run),
  listPopulations: (tx) => listPopulations(tx, w.run),
  listProjects: (tx) => listProjects(tx, w.editor, page),
  listRemediation: (tx) => listRemediation(tx, w.run),
  listWithheld: (tx) => listWithheld(tx, w.run),
  pinnedTools: async (tx) => [...(await pinnedTools(tx, [w.connection]))],
  modelAnswers: async (tx) => [...(await modelAnswers(tx, w.run, 's', ''))],
  modelUsage: async (tx) => ((await modelUsage(tx, w.run)).calls === 0 ? null : 'used'),
  listRuns: (tx) => listRuns(tx, w.project, page),
  listSections: (tx) => listSections(tx, w.run),
  listSteps: (tx) => listSteps(tx, w.run),
  otherOwners: (tx) => otherOwners(tx, w.project, w.editor),
  pageOfLedger: (tx) => pageOfLedger(tx, w.run, 0, 10),
  previousReport: (tx) => previousReport(tx, runOf(w.run), ['schema']),
  readArchive: (tx) => readArchive(tx, w.run, null, 10),
  readBlobs: (tx) => readBlobs(tx, w.project, [blobSha256]),
  readToken: (tx) => readToken(tx, w.run, w.approval),
  roleIn: (tx) => roleIn(tx, w.project, w.editor),
};

const call = {
  planTaskId: w.planTask,
  connectionId: w.connection,
  callKey: 'n',
  serverName: 's',
  serverVersion: '1',
  tool: 't',
  args: {},
};
const forgedGrant = { connectionVersion: 1, version: 9, issuer: 'i', resource: 'r', scope: null, sealed: null, expiresAt: null };
/** Each one that writes, aimed at `project` or at a person of it. */
const writers: Readonly<Record<string, Call>> = {
  acceptTool: (tx) => acceptTool(tx, w.editor, w.connection, { name: 't', sha256: 'h' }),
  archiveEvents: (tx) => archiveEvents(tx, w.run, [{ stream: 'n', seq: 1, time: at, event: {} }]),
  holdFence: async (tx) => holdFence(tx, fence),
  beginStep: (tx) => beginStep(tx, w.run, 'extract', 'n', 'task'),
  beginStepUnlessDone: (tx) => beginStepUnlessDone(tx, w.run, 'extract', 'x', 'task'),
  bumpEpoch: (tx) => bumpEpoch(tx, w.run),
  claimKey: (tx) => claimKey(tx, w.editor, { key: 'n', route: 'r', bodyHash: 'h' }),
  completeToolCalls: (tx) => completeToolCalls(tx, fence, []),
  decideApproval: (tx) => decideApproval(tx, w.approval, { status: 'approved', decidedBy: w.editor, decidedAt: at }),
  deleteConnection: (tx) => deleteConnection(tx, w.editor, w.connection),
  deleteGrant: (tx) => deleteGrant(tx, w.connection),
  deleteMember: (tx) => deleteMember(tx, w.project, w.auditor),
  deleteProject: (tx) => deleteProject(tx, w.project),
  ensureUser: (tx) => ensureUser(tx, { userId: w.editor, email: 'forged@example.test', expiresAt: 0 }),
  enterStage: (tx) => enterStage(tx, w.run, 'report'),
  expireApprovals: (tx) => expireApprovals(tx, fence, w.planTask),
  finishStep: (tx) => finishStep(tx, fence, { status: 'done' }),
  insertApproval: (tx) =>
    insertApproval(tx, fence, {
      ...{ id: w.fresh, planTaskId: w.planTask, connectionId: w.connection, round: 9, server: 's', calls: [] },
      ...{ requestedAt: at, expiresAt: at },
    }),
  insertAuditEvent: (tx) => insertAuditEvent(tx, { projectId: w.project, userId: w.editor, action: 'forged' }),
  insertBlobs: (tx) => insertBlobs(tx, w.project, [{ sha256: 'x', content: Buffer.from('x') }]),
  insertCheckResults: (tx) => insertCheckResults(tx, fence, []),
  insertConnection: (tx) =>
    insertConnection(tx, {
      id: w.fresh,
      userId: w.editor,
      name: 'n',
      profile: 'p',
      scope: {},
      url: 'u',
      authKind: 'none',
      sealed: null,
    }),
  insertControlResults: (tx) => insertControlResults(tx, fence, []),
  insertDecision: (tx) => insertDecision(tx, w.run, { controlId: 'c', decision: 'accept', reason: 'r', createdBy: w.editor }),
  insertEvidence: (tx) => insertEvidence(tx, fence, []),
  insertFindings: (tx) => insertFindings(tx, fence, []),
  insertGaps: (tx) => insertGaps(tx, fence, []),
  insertModelCalls: (tx) =>
    insertModelCalls(tx, fence, [
      {
        ...{ id: w.fresh, callKey: 'n', kind: 'plan', schema: 's', model: 'm', startedAt: at, durationMs: 1, status: 'ok' },
        ...{ error: null, finishReason: null, promptTokens: 1, completionTokens: 1, answer: {} },
      },
    ]),
  insertMember: (tx) => insertMember(tx, w.project, w.newcomer, 'owner'),
  insertOverlay: (tx) =>
    insertOverlay(tx, w.project, w.editor, { findingId: w.finding, status: 'accepted', reason: 'r', expiresAt: null }),
  insertPlanTasks: (tx) => insertPlanTasks(tx, fence, []),
  insertPopulations: (tx) => insertPopulations(tx, fence, []),
  insertProject: (tx) => insertProject(tx, w.editor, { id: w.fresh, name: 'n', retentionDays: 1 }),
  insertWithheld: (tx) => insertWithheld(tx, fence, []),
  insertRemediation: (tx) => insertRemediation(tx, fence, []),
  insertReport: (tx) => insertReport(tx, w.siblingRun, { projectId: w.project, root: 'r', objectKey: 'k', content: {} }),
  insertRun: (tx) =>
    insertRun(tx, {
      id: w.fresh,
      projectId: w.project,
      startedBy: w.editor,
      frameworkId: 'f',
      mode: 'checks',
      connectionIds: [],
      approvals: false,
    }),
  keepToken: (tx) => keepToken(tx, w.run, w.approval, Buffer.from('forged')),
  markStarted: (tx) => markStarted(tx, w.run, { executionArn: 'a', startedAt: at, deadlineAt: at }),
  pinTools: (tx) => pinTools(tx, w.connection, 1, [{ name: 't', sha256: 'h' }]),
  releaseKey: (tx) => releaseKey(tx, w.editor, 'k'),
  resealConnection: (tx) => resealConnection(tx, w.editor, { id: w.connection, version: 1, sealed: null }, Buffer.from('forged')),
  renewGrant: (tx) =>
    renewGrant(
      tx,
      { ...forgedGrant, connectionId: w.connection, version: 1 },
      { sealed: null, scope: 'forged', expiresAt: null },
    ),
  replaceGrant: (tx) => replaceGrant(tx, { ...forgedGrant, connectionId: w.connection, userId: w.editor }),
  requestCancel: (tx) => requestCancel(tx, w.run, at),
  setOutcome: (tx) => setOutcome(tx, w.run, { outcome: 'complete', endedAt: at, score: null }),
  setStageDeadline: (tx) => setStageDeadline(tx, w.run, at),
  setToolPolicy: (tx) => setToolPolicy(tx, w.editor, w.connection, { allowed: ['t'], denied: [], elicitation: 'decline' }),
  settleKey: (tx) => settleKey(tx, w.editor, 'k', { status: 200, body: {} }),
  startToolCalls: (tx) => startToolCalls(tx, fence, [{ id: w.fresh, ...call, startedAt: at }]),
  recordHealth: (tx) =>
    recordHealth(tx, w.editor, w.connection, 1, { health: 'healthy', healthError: null, checkedAt: new Date() }),
  updateConnection: (tx) => updateConnection(tx, w.editor, w.connection, 1, { name: 'n' }),
  updateMember: (tx) => updateMember(tx, w.project, w.auditor, 'owner'),
  updateProject: (tx) => updateProject(tx, w.project, { name: 'n' }),
  writeSection: (tx) => writeSection(tx, fence, { id: 'n', title: 't', prose: { text: 't', origin: 'check', claims: [] } }),
};

const principal = (userId: string) => ({ userId, email: null, expiresAt: 4_000_000_000 });
const outsiders: readonly (readonly [string, (work: Call) => Promise<unknown>])[] = [
  ['another person', (work) => store.forUser(principal(w.stranger), work)],
  ['another run', (work) => store.forRun(w.foreignRun, work)],
];
const insiders = [
  (work: Call) => store.forUser(principal(w.editor), work),
  (work: Call) => store.forUser(principal(w.owner), work),
  (work: Call) => store.forRun(w.run, work),
];

/** Nothing: null, 0, no rows; of an object, nothing in any of its parts. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === 0 || value === false) return true;
  if (value instanceof Map) return value.size === 0;
  return typeof value === 'object' && !(value instanceof Date) && Object.values(value).every(isNothing);
}

/** A digest of every row there is. */
async function everything(): Promise<unknown> {
  const parts = Object.keys(tables).map(
    (table) => `SELECT '${table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM "${table}" t`,
  );
  return (await client.query(parts.join(' UNION ALL '))).rows;
}

describe('every function of the store', () => {
  test('has its row here', async () => {
    const folder = join(import.meta.dirname, '../../lib/store');
    const doors = new Set(['store.ts', 'sys.ts', 'tx.ts', 'testing.ts']);
    const files = (await readdir(folder)).filter((file) => /^[a-z-]+\.ts$/.test(file) && !doors.has(file));
    const found = new Set<string>();
    for (const file of files) {
      const exported: Record<string, unknown> = await import(join(folder, file));
      for (const [name, value] of Object.entries(exported))
        if (typeof value === 'function' && /^[^(]*\(\s*tx\b/.test(value.toString())) found.add(name);
    }
    expect(found).toEqual(new Set([...Object.keys(readers), ...Object.keys(writers)]));
  });

  const byOutsiders = outsiders.flatMap(([who, through]) =>
    Object.entries(readers).map(([name, work]) => [name, who, through, work] as const),
  );
  test.each(byOutsiders)('%s shows %s nothing', async (_name, _who, through, work) => {
    const seen = await through(work).catch(() => null);
    expect(isNothing(seen)).toBe(true);
  });

  test.each(Object.entries(readers))('%s shows something to who may see it', async (_name, work) => {
    const seen = await Promise.all(insiders.map((through) => through(work).catch(() => null)));
    expect(seen.every(isNothing)).toBe(false);
  });

  const aimed = outsiders.flatMap(([who, through]) =>
    Object.entries(writers).map(([name, work]) => [name, who, through, work] as const),
  );
  test.each(aimed)('%s changes nothing for %s', async (_name, _who, through, work) => {
    const before = await everything();
    await through(work).catch(() => undefined);
    expect(await everything()).toEqual(before);
  });
});
