/** What the matrix does not say: own parent with foreign child, founding, the runs before. */
import type { Probe } from './probes.ts';
import type { Name, World } from './world.ts';

const q = (value: string) => `'${value}'`;

export function specialProbes(w: World): Probe[] {
  const probes: Probe[] = [];
  const yes = (table: string, as: Name, name: string, sql: string) => void probes.push({ table, as, name, sql, allowed: true });
  const no = (table: string, as: Name, name: string, sql: string) => void probes.push({ table, as, name, sql, allowed: false });
  const read = (table: string, where: string) => `SELECT 1 FROM "${table}" WHERE ${where}`;
  const member = (project: string, user: string, role: string) =>
    `INSERT INTO "ProjectMember" ("projectId", "userId", role) VALUES (${q(project)}, ${q(user)}, ${q(role)}) RETURNING "userId"`;
  const run = (project: string, startedBy: string, connection: string) =>
    `INSERT INTO "Run" (id, "projectId", "startedBy", "frameworkId", mode, "connectionIds")
     VALUES (${q(w.fresh)}, ${q(project)}, ${q(startedBy)}, 'f', 'checks', ARRAY[${q(connection)}]::uuid[]) RETURNING id`;

  // Until its first member a project is its founder's; afterwards membership alone counts.
  const project = (createdBy: string) =>
    `INSERT INTO "Project" (id, name, "createdBy") VALUES (${q(w.fresh)}, 'n', ${q(createdBy)}) RETURNING id`;
  yes('Project', 'editor', 'founds one and sees it', project(w.editor));
  no('Project', 'editor', 'founds one in another’s name', project(w.owner));
  yes('Project', 'editor', 'sees one without members that is theirs', read('Project', `id = ${q(w.unfounded)}`));
  no('Project', 'stranger', 'sees one without members', read('Project', `id = ${q(w.unfounded)}`));
  no('Project', 'editor', 'sees one that they made and left', read('Project', `id = ${q(w.abandoned)}`));
  yes('ProjectMember', 'editor', 'becomes the owner of what they founded', member(w.unfounded, w.editor, 'owner'));
  no('ProjectMember', 'editor', 'founds with a lesser role', member(w.unfounded, w.editor, 'editor'));
  no('ProjectMember', 'editor', 'founds for another', member(w.unfounded, w.stranger, 'owner'));
  no('ProjectMember', 'stranger', 'takes what another founded', member(w.unfounded, w.stranger, 'owner'));
  no('ProjectMember', 'editor', 'takes back what they left', member(w.abandoned, w.editor, 'owner'));
  no(
    'ProjectMember',
    'editor',
    'raises their own role',
    `UPDATE "ProjectMember" SET role = 'owner' WHERE "userId" = ${q(w.editor)}`,
  );
  no('ProjectMember', 'stranger', 'joins', member(w.project, w.stranger, 'auditor'));

  // An update that reads no column is not held back by what its writer may see.
  const forge = `UPDATE "OAuthGrant" SET scope = 'forged'`;
  no('OAuthGrant', 'auditor', 'rewrites whatever there is', forge);
  no('OAuthGrant', 'siblingRun', 'rewrites whatever there is', forge);
  // Yes and no are the starter's; that nobody answered is the run's.
  const answer = (status: string, by: string | null) =>
    `UPDATE "Approval" SET status = ${q(status)}, "decidedBy" = ${by === null ? 'NULL' : q(by)} WHERE id = ${q(w.approval)}`;
  yes('Approval', 'editor', 'approves what they started', answer('approved', w.editor));
  yes('Approval', 'editor', 'rejects what they started', answer('rejected', w.editor));
  no('Approval', 'editor', 'approves in another’s name', answer('approved', w.owner));
  no('Approval', 'editor', 'calls it expired', answer('expired', w.editor));
  no('Approval', 'owner', 'approves what another started', answer('approved', w.owner));
  yes('Approval', 'run', 'says that nobody answered', answer('expired', null));
  no('Approval', 'run', 'approves itself', answer('approved', w.editor));
  no(
    'Approval',
    'run',
    'asks with the answer in its hand',
    `INSERT INTO "Approval" (id, "runId", "planTaskId", "connectionId", round, server, calls, "requestedAt", "expiresAt", status)
     VALUES (${q(w.fresh)}, ${q(w.run)}, ${q(w.planTask)}, ${q(w.connection)}, 3, 's', '[]', now(), now(), 'approved')`,
  );
  no(
    'ApprovalToken',
    'run',
    'keeps one for a foreign approval',
    `INSERT INTO "ApprovalToken" VALUES (${q(w.foreignApproval)}, ${q(w.run)}, '')`,
  );

  // A run adds what it saw to its own connections, and nothing else.
  const pin = (id: string, version = 1) => `SELECT pin_tools(${q(id)}, ${version}, '{"t": "h"}')`;
  yes('Connection', 'run', 'pins a tool', pin(w.connection));
  yes('Connection', 'editor', 'pins a tool', pin(w.connection));
  no('Connection', 'run', 'pins a tool of an earlier version', pin(w.connection, 0));
  no('Connection', 'run', 'pins a tool of a connection that it was not started with', pin(w.otherConnection));
  no('Connection', 'borrowingRun', 'pins a tool of a connection that is not its starter’s', pin(w.ownersConnection));
  no('Connection', 'stranger', 'pins a tool', pin(w.connection));
  no('Connection', 'foreignRun', 'pins a tool', pin(w.connection));
  no('Connection', 'run', 'changes a policy', `UPDATE "Connection" SET policy = policy WHERE id = ${q(w.connection)}`);
  no('Connection', 'run', 'accepts a definition', `UPDATE "Connection" SET "toolHashes" = '{}' WHERE id = ${q(w.connection)}`);

  // Own parent with foreign child, and the other way round.
  yes('Run', 'editor', 'starts one with their own connection', run(w.project, w.editor, w.connection));
  no('Run', 'editor', 'starts one with another’s connection', run(w.project, w.editor, w.ownersConnection));
  no('Run', 'editor', 'starts one in another’s name', run(w.project, w.owner, w.ownersConnection));
  no('Run', 'auditor', 'starts one', run(w.project, w.auditor, w.connection).replace(/ARRAY.*uuid\[\]/, "'{}'"));
  no('Run', 'stranger', 'starts one elsewhere', run(w.project, w.stranger, w.strangersConnection));
  const overlay = (projectId: string, finding: string, by: string) =>
    `INSERT INTO "FindingOverlay" (id, "projectId", "findingId", status, "createdBy") VALUES (${q(w.fresh)}, ${q(projectId)}, ${q(finding)}, 'accepted', ${q(by)})`;
  no('FindingOverlay', 'editor', 'judges a foreign finding', overlay(w.project, w.foreignFinding, w.editor));
  no('FindingOverlay', 'stranger', 'judges a foreign finding in their own project', overlay(w.foreign, w.finding, w.stranger));
  no('FindingOverlay', 'auditor', 'judges', overlay(w.project, w.finding, w.auditor));
  const decision = (of: string, by: string) =>
    `INSERT INTO "ControlDecision" (id, "runId", "controlId", decision, reason, "createdBy") VALUES (${q(w.fresh)}, ${q(of)}, 'c', 'accept', 'r', ${q(by)})`;
  no('ControlDecision', 'auditor', 'decides', decision(w.run, w.auditor));
  no('ControlDecision', 'editor', 'decides on a foreign run', decision(w.foreignRun, w.editor));
  const event = (projectId: string, by: string) =>
    `INSERT INTO "AuditEvent" (id, "projectId", "userId", action) VALUES (${q(w.fresh)}, ${q(projectId)}, ${q(by)}, 'a')`;
  no('AuditEvent', 'editor', 'writes to a foreign trail', event(w.foreign, w.editor));
  no('AuditEvent', 'run', 'writes to a foreign trail', event(w.foreign, w.editor));
  no('AuditEvent', 'run', 'writes for somebody who did not start it', event(w.project, w.owner));
  yes('AuditEvent', 'editor', 'sees what is theirs alone', read('AuditEvent', `id = ${q(w.personalEvent)}`));
  no('AuditEvent', 'owner', 'sees what is another’s alone', read('AuditEvent', `id = ${q(w.personalEvent)}`));
  no(
    'Blob',
    'run',
    'writes to a foreign project',
    `INSERT INTO "Blob" VALUES (${q(w.foreign)}, encode(sha256('x'), 'hex'), 1, 'x')`,
  );
  no(
    'Report',
    'siblingRun',
    'is filed under a foreign project',
    `INSERT INTO "Report" ("runId", "projectId", root, "objectKey", content) VALUES (${q(w.siblingRun)}, ${q(w.foreign)}, 'r', 'k', '{}')`,
  );

  // A run sees its own connections, and of the project's finished runs what a comparison needs.
  no('Connection', 'run', 'sees a connection that it was not started with', read('Connection', `id = ${q(w.otherConnection)}`));
  no(
    'Connection',
    'borrowingRun',
    'sees a connection that is not its starter’s',
    read('Connection', `id = ${q(w.ownersConnection)}`),
  );
  yes('Run', 'run', 'sees the one before', read('Run', `id = ${q(w.previousRun)}`));
  no('Run', 'run', 'sees one that has not ended', read('Run', `id = ${q(w.siblingRun)}`));
  no('Run', 'run', 'sees an ended one elsewhere', read('Run', `id = ${q(w.foreignPrevious)}`));
  no('Run', 'run', 'changes the one before', `UPDATE "Run" SET epoch = epoch + 1 WHERE id = ${q(w.previousRun)}`);
  yes('Finding', 'run', 'sees those of the run before', read('Finding', `id = ${q(w.previousFinding)}`));
  no('Finding', 'run', 'sees those of a run that has not ended', read('Finding', `id = ${q(w.siblingFinding)}`));
  no('Finding', 'run', 'deletes those of the run before', `DELETE FROM "Finding" WHERE id = ${q(w.previousFinding)}`);
  yes('CheckResult', 'run', 'sees those of the run before', read('CheckResult', `"runId" = ${q(w.previousRun)}`));
  no('CheckResult', 'run', 'sees those of a run that has not ended', read('CheckResult', `"runId" = ${q(w.siblingRun)}`));
  yes('Report', 'run', 'sees that of the run before', read('Report', `"runId" = ${q(w.previousRun)}`));
  no('Report', 'run', 'sees that of a run that has not ended', read('Report', `"runId" = ${q(w.siblingRun)}`));
  no('Report', 'run', 'sees that of an ended run elsewhere', read('Report', `"runId" = ${q(w.foreignPrevious)}`));
  no('Step', 'run', 'sees those of the run before', read('Step', `"runId" = ${q(w.previousRun)}`));

  // Sweep and execution-ended learn ids and owners of every run, by two functions and no more.
  const due = `SELECT 1 FROM due_runs(now(), '1 minute') WHERE "runId" = ${q(w.run)} AND "startedBy" = ${q(w.editor)}`;
  probes.push({ table: 'Run', as: 'nobody', name: 'sweep lists what is due', sql: due, allowed: true });
  return probes;
}
