/** What each actor may do to each table: the whole of it, as data. A table without a row here fails the test. */
import { type Actor, actors, blob, blobSha256, type Name, type World } from './world.ts';

export type Verb = 'select' | 'insert' | 'update' | 'delete';
export const verbs: readonly Verb[] = ['select', 'insert', 'update', 'delete'];

export interface Probe {
  readonly table: string;
  readonly name: string;
  readonly as: Actor | Name;
  /** One statement. It is allowed when it touches a row; refused by a rule, or blind to the row, it is not. */
  readonly sql: string;
  readonly allowed: boolean;
}

interface TableRules {
  /** The row in question. */
  readonly where: (w: World) => string;
  /** A row like it, with a fresh key where the key is free. */
  readonly insert: (w: World) => string;
  /** A column that the program may write; null when there is none. */
  readonly column: string | null;
  readonly allowed: Readonly<Record<Verb, readonly Actor[]>>;
}

const members: readonly Actor[] = ['owner', 'editor', 'auditor'];
const writers: readonly Actor[] = ['owner', 'editor'];
const q = (value: string) => `'${value}'`;

/** Rows of a run: its own to write, its project's members' to read. */
function ofRun(column: string | null, deletable: boolean, where: TableRules['where'], insert: TableRules['insert']): TableRules {
  const write: readonly Actor[] = ['run'];
  const allowed = {
    select: [...members, 'run'] as const,
    insert: write,
    update: column === null ? [] : write,
    delete: deletable ? write : [],
  };
  return { where, insert, column, allowed };
}

/** Rows of one person. */
function own(column: string, where: TableRules['where'], insert: TableRules['insert'], readers: readonly Actor[]): TableRules {
  return { where, insert, column, allowed: { select: readers, insert: ['editor'], update: ['editor'], delete: ['editor'] } };
}

export const tables: Readonly<Record<string, TableRules>> = {
  User: own(
    'email',
    (w) => `id = ${q(w.editor)}`,
    (w) => `(id) VALUES (${q(w.editor)})`,
    members,
  ),
  IdempotencyKey: own(
    'status',
    (w) => `"userId" = ${q(w.editor)}`,
    (w) => `("userId", key, route, "bodyHash") VALUES (${q(w.editor)}, 'n', 'r', 'h')`,
    ['editor'],
  ),
  Connection: own(
    'name',
    (w) => `id = ${q(w.connection)}`,
    (w) => `(id, "userId", name, profile, url, "authKind") VALUES (${q(w.fresh)}, ${q(w.editor)}, 'n', 'p', 'u', 'none')`,
    ['editor', 'run'],
  ),
  OAuthGrant: {
    where: (w) => `"connectionId" = ${q(w.connection)}`,
    insert: (w) =>
      `("connectionId", "userId", "connectionVersion", issuer, resource) VALUES (${q(w.otherConnection)}, ${q(w.editor)}, 1, 'i', 'r')`,
    column: 'scope',
    allowed: { select: ['editor', 'run'], insert: ['editor'], update: ['editor', 'run'], delete: ['editor'] },
  },
  Project: {
    where: (w) => `id = ${q(w.project)}`,
    insert: (w) => `(id, name, "createdBy") VALUES (${q(w.fresh)}, 'n', ${q(w.editor)})`,
    column: 'name',
    allowed: { select: [...members, 'run'], insert: ['editor'], update: writers, delete: ['owner'] },
  },
  ProjectMember: {
    where: (w) => `"projectId" = ${q(w.project)} AND "userId" = ${q(w.auditor)}`,
    insert: (w) => `("projectId", "userId", role) VALUES (${q(w.project)}, ${q(w.newcomer)}, 'editor')`,
    column: 'role',
    allowed: { select: members, insert: ['owner'], update: ['owner'], delete: ['owner', 'auditor'] },
  },
  Framework: {
    where: (w) => `"projectId" = ${q(w.project)}`,
    insert: (w) => `(id, "projectId", version, title, content) VALUES ('n', ${q(w.project)}, '1', 't', '{}')`,
    column: 'title',
    allowed: { select: [...members, 'run'], insert: writers, update: writers, delete: writers },
  },
  Run: {
    where: (w) => `id = ${q(w.run)}`,
    insert: (w) =>
      `(id, "projectId", "startedBy", "frameworkId", mode, "connectionIds")
       VALUES (${q(w.fresh)}, ${q(w.project)}, ${q(w.editor)}, 'f', 'checks', ARRAY[${q(w.connection)}]::uuid[])`,
    column: 'epoch',
    allowed: { select: [...members, 'run'], insert: ['editor'], update: [...writers, 'run'], delete: [] },
  },
  PlanTask: ofRun(
    null,
    true,
    (w) => `id = ${q(w.planTask)}`,
    (w) =>
      `(id, "runId", position, source, "connectionId", capability, "controlIds", goal)
       VALUES (${q(w.fresh)}, ${q(w.run)}, 2, 's', ${q(w.connection)}, 'c', '{}', 'g')`,
  ),
  Approval: ofRun(
    null,
    false,
    (w) => `id = ${q(w.approval)}`,
    (w) =>
      `(id, "runId", "planTaskId", "connectionId", round, server, calls, "requestedAt", "expiresAt")
       VALUES (${q(w.fresh)}, ${q(w.run)}, ${q(w.planTask)}, ${q(w.connection)}, 2, 's', '[]', now(), now())`,
  ),
  ApprovalToken: {
    where: (w) => `"approvalId" = ${q(w.approval)}`,
    insert: (w) => `("approvalId", "runId", sealed) VALUES (${q(w.approval)}, ${q(w.run)}, '')`,
    column: 'sealed',
    allowed: { select: ['run'], insert: ['run'], update: ['run'], delete: [] },
  },
  Step: ofRun(
    'status',
    false,
    (w) => `"runId" = ${q(w.run)}`,
    (w) => `("runId", name, item, status) VALUES (${q(w.run)}, 'n', '', 'running')`,
  ),
  ToolCall: ofRun(
    'attempt',
    false,
    (w) => `id = ${q(w.toolCall)}`,
    (w) =>
      `(id, "runId", "planTaskId", "connectionId", "callKey", "serverName", "serverVersion", tool, args, attempt, "startedAt", status)
       VALUES (${q(w.fresh)}, ${q(w.run)}, ${q(w.planTask)}, ${q(w.connection)}, 'n', 's', '1', 't', '{}', 1, now(), 'started')`,
  ),
  Blob: ofRun(
    null,
    false,
    (w) => `"projectId" = ${q(w.project)}`,
    (w) =>
      `("projectId", sha256, bytes, content) VALUES (${q(w.project)}, ${q(blobSha256)}, ${blob.length}, '\\x${blob.toString('hex')}')`,
  ),
  Evidence: ofRun(
    null,
    true,
    (w) => `id = ${q(w.evidence)}`,
    (w) =>
      `(id, "runId", step, kind, "toolCallIds", "blobSha256s", "collectedAt") VALUES (${q(w.fresh)}, ${q(w.run)}, 's', 'excerpt', '{}', '{}', now())`,
  ),
  CheckResult: ofRun(
    'reason',
    false,
    (w) => `"runId" = ${q(w.run)}`,
    (w) =>
      `("runId", "planTaskId", "checkId", result, reason, observations) VALUES (${q(w.run)}, ${q(w.planTask)}, 'n', 'pass', 'r', '[]')`,
  ),
  Population: ofRun(
    'note',
    false,
    (w) => `"runId" = ${q(w.run)}`,
    (w) => `("runId", "planTaskId", what, count, complete) VALUES (${q(w.run)}, ${q(w.planTask)}, 'n', 1, true)`,
  ),
  Gap: ofRun(
    null,
    true,
    (w) => `id = ${q(w.gap)}`,
    (w) => `(id, "runId", step, source, reason, "controlIds") VALUES (${q(w.fresh)}, ${q(w.run)}, 's', 's', 'r', '{}')`,
  ),
  ControlResult: ofRun(
    'reason',
    false,
    (w) => `"runId" = ${q(w.run)}`,
    (w) => `("runId", "controlId", status, reason, "findingIds") VALUES (${q(w.run)}, 'n', 'satisfied', 'r', '{}')`,
  ),
  Finding: ofRun(
    null,
    true,
    (w) => `id = ${q(w.finding)}`,
    (w) =>
      `(id, "runId", step, "controlIds", severity, title, description, recommendation, "evidenceIds", origin, "firstSeenRunId")
       VALUES (${q(w.fresh)}, ${q(w.run)}, 's', '{}', 'low', 't', '{}', 'r', '{}', '{}', ${q(w.run)})`,
  ),
  Remediation: ofRun(
    null,
    true,
    (w) => `id = ${q(w.remediation)}`,
    (w) =>
      `(id, "runId", "findingIds", title, steps, effort, priority) VALUES (${q(w.fresh)}, ${q(w.run)}, '{}', 't', '{}', 'small', 1)`,
  ),
  ModelCall: ofRun(
    null,
    false,
    (w) => `id = ${q(w.modelCall)}`,
    (w) =>
      `(id, "runId", step, attempt, "callKey", kind, schema, model, "startedAt", "durationMs", status, "promptTokens", "completionTokens")
       VALUES (${q(w.fresh)}, ${q(w.run)}, 's', 1, 'n', 'plan', 's', 'm', now(), 1, 'ok', 1, 1)`,
  ),
  Withheld: ofRun(
    null,
    true,
    (w) => `id = ${q(w.withheld)}`,
    (w) => `(id, "runId", step, claim, reason) VALUES (${q(w.fresh)}, ${q(w.run)}, 's', 'c', 'r')`,
  ),
  Section: ofRun(
    'title',
    false,
    (w) => `"runId" = ${q(w.run)}`,
    (w) => `("runId", id, title, prose, origin) VALUES (${q(w.run)}, 'n', 't', '{}', 'check')`,
  ),
  Report: ofRun(
    null,
    false,
    (w) => `"runId" = ${q(w.run)}`,
    (w) => `("runId", "projectId", root, "objectKey", content) VALUES (${q(w.run)}, ${q(w.project)}, 'r', 'k', '{}')`,
  ),
  RunEvent: ofRun(
    null,
    false,
    (w) => `"runId" = ${q(w.run)}`,
    (w) => `("runId", stream, seq, time, event) VALUES (${q(w.run)}, 's', 2, now(), '{}')`,
  ),
  FindingOverlay: {
    where: (w) => `id = ${q(w.overlay)}`,
    insert: (w) =>
      `(id, "projectId", "findingId", status, "createdBy") VALUES (${q(w.fresh)}, ${q(w.project)}, ${q(w.finding)}, 'open', ${q(w.editor)})`,
    column: null,
    allowed: { select: members, insert: ['editor'], update: [], delete: [] },
  },
  ControlDecision: {
    where: (w) => `id = ${q(w.decision)}`,
    insert: (w) =>
      `(id, "runId", "controlId", decision, reason, "createdBy") VALUES (${q(w.fresh)}, ${q(w.run)}, 'c', 'accept', 'r', ${q(w.editor)})`,
    column: null,
    allowed: { select: [...members, 'run'], insert: ['editor'], update: [], delete: [] },
  },
  AuditEvent: {
    where: (w) => `id = ${q(w.auditEvent)}`,
    insert: (w) => `(id, "projectId", "userId", action) VALUES (${q(w.fresh)}, ${q(w.project)}, ${q(w.editor)}, 'a')`,
    column: null,
    allowed: { select: members, insert: ['editor', 'run'], update: [], delete: [] },
  },
};

/** Table x verb x actor. */
export function matrix(w: World): Probe[] {
  return Object.entries(tables).flatMap(([table, rules]) => {
    const { where, insert, column, allowed } = rules;
    const sql: Record<Verb, string> = {
      select: `SELECT 1 FROM "${table}" WHERE ${where(w)}`,
      insert: `INSERT INTO "${table}" ${insert(w)}`,
      update: `UPDATE "${table}" SET ${column === null ? 'dummy = dummy' : `"${column}" = "${column}"`} WHERE ${where(w)}`,
      delete: `DELETE FROM "${table}" WHERE ${where(w)}`,
    };
    return verbs
      .filter((verb) => verb !== 'update' || column !== null)
      .flatMap((verb) =>
        actors.map((as) => ({ table, name: `${as} ${verb}`, as, sql: sql[verb], allowed: allowed[verb].includes(as) })),
      );
  });
}
