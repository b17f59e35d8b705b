/** What a person may have: one of everything that a route can name by id. */
import { randomUUID } from 'node:crypto';
import { insertApproval } from '../../lib/store/approvals.ts';
import { insertEvidence, insertFindings } from '../../lib/store/findings.ts';
import { completeToolCalls, startToolCalls } from '../../lib/store/ledger.ts';
import { archiveEvents } from '../../lib/store/report.ts';
import { insertControlResults } from '../../lib/store/results.ts';
import { beginStep } from '../../lib/store/steps.ts';
import { excerpt, finding, odd, sha } from '../../lib/store/testing.ts';
import { pinTools } from '../../lib/store/tool-policy.ts';
import type { TestStore } from '../support/store.ts';
import type { Person } from './api.ts';

export interface World {
  readonly owner: Person;
  readonly projectId: string;
  readonly connectionId: string;
  readonly runId: string;
  readonly evidenceId: string;
  readonly findingId: string;
  readonly approvalId: string;
  /** A tool that has been seen on the connection. */
  readonly name: string;
  /** A control with a proposal. */
  readonly controlId: string;
  /** An auditor of the project. */
  readonly userId: string;
  readonly frameworkId: string;
}

export async function worldOf(store: TestStore, owner: Person, controlId = 'ID.RA-01'): Promise<World> {
  const { projectId, connectionId, runId } = await store.projectWithRun(owner.principal);
  const userId = randomUUID();
  await store.sql(`INSERT INTO "ProjectMember" ("projectId", "userId", role) VALUES ($1, $2, 'auditor')`, [projectId, userId]);
  const found = await collect(store, runId, 1, controlId);
  const name = `../%2F ${randomUUID()}`;
  await store.store.forRun(runId, (tx) => pinTools(tx, connectionId, 1, [{ name, sha256: sha(name) }]));
  return { owner, name, projectId, connectionId, runId, userId, controlId, frameworkId: 'nist-csf-2.0', ...found };
}

/** So many rows of everything that a run writes. Control ids beyond the first are numbered. */
export async function collect(store: TestStore, runId: string, rows: number, controlId = 'ID.RA-01') {
  const many = <T>(make: (at: number) => T): T[] => Array.from({ length: rows }, (_, at) => make(at));
  const planTaskId = randomUUID();
  const findings = many((at) => finding(planTaskId, `check-${at}`, runId));
  const evidence = many(excerpt);
  const calls = many((at) => ({
    ...{ id: randomUUID(), planTaskId, connectionId: randomUUID(), callKey: `k${at}`, serverName: 's', serverVersion: '1' },
    ...{ tool: 'read_text_file', args: { path: odd }, startedAt: new Date() },
  }));
  const requestedAt = new Date();
  const approvals = many((at) => ({
    ...{ id: randomUUID(), planTaskId, connectionId: randomUUID(), round: at + 1, server: odd, requestedAt },
    expiresAt: new Date(requestedAt.getTime() + 900_000),
    calls: [{ tool: 'write', args: { path: odd }, argsSha256: sha('args'), definitionSha256: sha('definition') }],
  }));
  const proposal = { status: 'satisfied' as const, reason: odd, evidenceIds: [randomUUID()] };
  const verdict = { status: 'not-assessed' as const, basis: null, reason: odd, findingIds: [] };
  await store.store.forRun(runId, async (tx) => {
    const fence = await beginStep(tx, runId, 'extract', 'x', 'task');
    await startToolCalls(tx, fence, calls);
    const done = { status: 'ok', error: null, durationMs: 3, resultSha256: sha('r'), blobs: [] } as const;
    await completeToolCalls(
      tx,
      fence,
      calls.map(({ id }) => ({ id, ...done })),
    );
    for (const approval of approvals) await insertApproval(tx, fence, approval);
    await insertFindings(tx, fence, findings);
    await insertEvidence(tx, fence, evidence);
    await insertControlResults(
      tx,
      fence,
      many((at) => ({ controlId: at === 0 ? controlId : `${controlId}-${at}`, ...verdict, proposal })),
    );
    await archiveEvents(
      tx,
      runId,
      many((at) => ({ stream: 'archived-stream', seq: at + 1, time: new Date(), event: stepStarted(at) })),
    );
  });
  return { findingId: findings[0]?.id ?? '', evidenceId: evidence[0]?.id ?? '', approvalId: approvals[0]?.id ?? '' };
}

const stepStarted = (at: number) => ({ type: 'STEP_STARTED', stepName: `extraction/source ${at}#1` });

/** Every row of theirs, as text: what a foreign request must leave as it was. */
export async function rowsOf(store: TestStore, { projectId, owner, runId }: World): Promise<string> {
  const parts = [
    ['Project', 'id', projectId],
    ['ProjectMember', '"projectId"', projectId],
    ['Run', 'id', runId],
    ['FindingOverlay', '"projectId"', projectId],
    ['ControlDecision', '"runId"', runId],
    ['AuditEvent', '"projectId"', projectId],
    ['Approval', '"runId"', runId],
    ['Connection', '"userId"', owner.principal.userId],
  ] as const;
  const all = await Promise.all(
    parts.map(([table, column, id]) =>
      store.sql(`SELECT to_jsonb(t) AS row FROM "${table}" t WHERE ${column} = $1 ORDER BY 1`, [id]),
    ),
  );
  return JSON.stringify(all);
}
