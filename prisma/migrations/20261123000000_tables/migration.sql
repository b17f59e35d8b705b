-- Needs PostgreSQL 16: the isolation migration relies on its GRANT ... WITH INHERIT FALSE.
-- Index and constraint names are Prisma's own, so that `prisma migrate` recognises them.

CREATE TABLE "User" (
  "id" UUID NOT NULL,
  "email" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Project" (
  "id" UUID NOT NULL,
  "name" TEXT NOT NULL,
  "createdBy" UUID NOT NULL,
  "retentionDays" INTEGER NOT NULL DEFAULT 400,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Project_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Project_createdBy_idx" ON "Project" ("createdBy");

CREATE TABLE "ProjectMember" (
  "projectId" UUID NOT NULL,
  "userId" UUID NOT NULL,
  "role" TEXT NOT NULL CHECK ("role" IN ('owner', 'editor', 'auditor')),
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "ProjectMember_pkey" PRIMARY KEY ("projectId", "userId"),
  CONSTRAINT "ProjectMember_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project" ("id") ON DELETE CASCADE
);
CREATE INDEX "ProjectMember_userId_idx" ON "ProjectMember" ("userId");

CREATE TABLE "Connection" (
  "id" UUID NOT NULL,
  "userId" UUID NOT NULL,
  "name" TEXT NOT NULL,
  "profile" TEXT NOT NULL,
  "url" TEXT NOT NULL,
  "authKind" TEXT NOT NULL,
  "sealed" BYTEA,
  "version" INTEGER NOT NULL DEFAULT 1,
  "policy" JSONB NOT NULL DEFAULT '{}',
  "toolHashes" JSONB NOT NULL DEFAULT '{}',
  "health" TEXT NOT NULL DEFAULT 'unknown' CHECK ("health" IN ('unknown', 'healthy', 'failing')),
  "healthError" TEXT,
  "checkedAt" TIMESTAMPTZ(3),
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Connection_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Connection_userId_name_key" ON "Connection" ("userId", "name");

CREATE TABLE "Framework" (
  "id" TEXT NOT NULL,
  "projectId" UUID NOT NULL,
  "version" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "content" JSONB NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Framework_pkey" PRIMARY KEY ("projectId", "id"),
  CONSTRAINT "Framework_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project" ("id") ON DELETE CASCADE
);

CREATE TABLE "Run" (
  "id" UUID NOT NULL,
  "projectId" UUID NOT NULL,
  "startedBy" UUID NOT NULL,
  "frameworkId" TEXT NOT NULL,
  "mode" TEXT NOT NULL CHECK ("mode" IN ('checks', 'model')),
  "connectionIds" UUID[] NOT NULL,
  "epoch" INTEGER NOT NULL DEFAULT 0,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "startedAt" TIMESTAMPTZ(3),
  "executionArn" TEXT,
  "deadlineAt" TIMESTAMPTZ(3),
  "stageDeadlineAt" TIMESTAMPTZ(3),
  "cancelRequestedAt" TIMESTAMPTZ(3),
  "endedAt" TIMESTAMPTZ(3),
  "outcome" TEXT CHECK ("outcome" IN ('complete', 'partial', 'cancelled', 'failed')),
  "scoreValue" DOUBLE PRECISION,
  "scoreLow" DOUBLE PRECISION,
  "scoreHigh" DOUBLE PRECISION,
  CONSTRAINT "Run_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Run_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project" ("id") ON DELETE CASCADE
);
CREATE INDEX "Run_projectId_createdAt_idx" ON "Run" ("projectId", "createdAt" DESC);
CREATE INDEX "Run_startedBy_outcome_idx" ON "Run" ("startedBy", "outcome");
-- What the sweep reads every 2 minutes stays as small as the number of runs under way.
CREATE INDEX "Run_unfinished" ON "Run" ("createdAt") WHERE "outcome" IS NULL;

CREATE TABLE "PlanTask" (
  "id" UUID NOT NULL,
  "runId" UUID NOT NULL,
  "position" INTEGER NOT NULL,
  "source" TEXT NOT NULL,
  "connectionId" UUID NOT NULL,
  "capability" TEXT NOT NULL,
  "controlIds" TEXT[] NOT NULL,
  "goal" TEXT NOT NULL,
  CONSTRAINT "PlanTask_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "PlanTask_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "PlanTask_runId_position_key" ON "PlanTask" ("runId", "position");

CREATE TABLE "Step" (
  "runId" UUID NOT NULL,
  "name" TEXT NOT NULL,
  "item" TEXT NOT NULL DEFAULT '',
  "attempt" INTEGER NOT NULL DEFAULT 0,
  "status" TEXT NOT NULL CHECK ("status" IN ('running', 'done', 'failed')),
  "origin" TEXT NOT NULL DEFAULT 'task' CHECK ("origin" IN ('task', 'fallback')),
  "error" TEXT,
  "reason" TEXT,
  "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "finishedAt" TIMESTAMPTZ(3),
  CONSTRAINT "Step_pkey" PRIMARY KEY ("runId", "name", "item"),
  CONSTRAINT "Step_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);

CREATE TABLE "ToolCall" (
  "id" UUID NOT NULL,
  "runId" UUID NOT NULL,
  "planTaskId" UUID NOT NULL,
  "connectionId" UUID NOT NULL,
  "callKey" TEXT NOT NULL CHECK (length("callKey") <= 200),
  "serverName" TEXT NOT NULL,
  "serverVersion" TEXT NOT NULL,
  "tool" TEXT NOT NULL,
  "args" JSONB NOT NULL,
  "ordinal" BIGSERIAL NOT NULL,
  "attempt" INTEGER NOT NULL,
  "startedAt" TIMESTAMPTZ(3) NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('started', 'ok', 'error')),
  "error" TEXT,
  "durationMs" INTEGER,
  "resultSha256" TEXT,
  "blobs" JSONB NOT NULL DEFAULT '[]',
  CONSTRAINT "ToolCall_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "ToolCall_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "ToolCall_runId_planTaskId_callKey_key" ON "ToolCall" ("runId", "planTaskId", "callKey");
CREATE INDEX "ToolCall_runId_ordinal_idx" ON "ToolCall" ("runId", "ordinal");

CREATE TABLE "Blob" (
  "projectId" UUID NOT NULL,
  "sha256" TEXT NOT NULL,
  "bytes" INTEGER NOT NULL,
  "content" BYTEA NOT NULL,
  CONSTRAINT "Blob_pkey" PRIMARY KEY ("projectId", "sha256"),
  CONSTRAINT "Blob_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project" ("id") ON DELETE CASCADE,
  -- The name of a blob is its hash, and the database holds the program to it.
  CONSTRAINT "Blob_is_its_hash" CHECK ("sha256" = encode(sha256("content"), 'hex') AND "bytes" = octet_length("content"))
);

CREATE TABLE "Evidence" (
  "id" UUID NOT NULL,
  "runId" UUID NOT NULL,
  "step" TEXT NOT NULL,
  "item" TEXT NOT NULL DEFAULT '',
  "ordinal" BIGSERIAL NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('excerpt', 'population')),
  "toolCallIds" UUID[] NOT NULL,
  "blobSha256s" TEXT[] NOT NULL,
  "start" INTEGER,
  "end" INTEGER,
  "quote" TEXT,
  "state" TEXT CHECK ("state" IN ('verified', 'repaired')),
  "predicate" JSONB,
  "count" INTEGER,
  "statement" TEXT,
  "collectedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "Evidence_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Evidence_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);
CREATE INDEX "Evidence_runId_ordinal_idx" ON "Evidence" ("runId", "ordinal");

CREATE TABLE "CheckResult" (
  "runId" UUID NOT NULL,
  "planTaskId" UUID NOT NULL,
  "checkId" TEXT NOT NULL,
  "result" TEXT NOT NULL CHECK ("result" IN ('pass', 'fail', 'not-applicable', 'unknown')),
  "reason" TEXT NOT NULL,
  "observations" JSONB NOT NULL,
  CONSTRAINT "CheckResult_pkey" PRIMARY KEY ("runId", "planTaskId", "checkId"),
  CONSTRAINT "CheckResult_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);

CREATE TABLE "Population" (
  "runId" UUID NOT NULL,
  "planTaskId" UUID NOT NULL,
  "what" TEXT NOT NULL,
  "count" INTEGER NOT NULL,
  "complete" BOOLEAN NOT NULL,
  "note" TEXT,
  CONSTRAINT "Population_pkey" PRIMARY KEY ("runId", "planTaskId", "what"),
  CONSTRAINT "Population_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);

CREATE TABLE "Gap" (
  "id" UUID NOT NULL,
  "runId" UUID NOT NULL,
  "step" TEXT NOT NULL,
  "item" TEXT NOT NULL DEFAULT '',
  "source" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "controlIds" TEXT[] NOT NULL,
  CONSTRAINT "Gap_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Gap_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);
CREATE INDEX "Gap_runId_idx" ON "Gap" ("runId");

CREATE TABLE "ControlResult" (
  "runId" UUID NOT NULL,
  "controlId" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('satisfied', 'not-satisfied', 'not-assessed', 'not-applicable')),
  "basis" TEXT CHECK ("basis" IN ('check', 'model', 'person')),
  "reason" TEXT NOT NULL,
  "proposal" JSONB,
  "findingIds" UUID[] NOT NULL,
  CONSTRAINT "ControlResult_pkey" PRIMARY KEY ("runId", "controlId"),
  CONSTRAINT "ControlResult_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);

CREATE TABLE "Finding" (
  "id" UUID NOT NULL,
  "runId" UUID NOT NULL,
  "step" TEXT NOT NULL,
  "item" TEXT NOT NULL DEFAULT '',
  "checkId" TEXT,
  "planTaskId" UUID,
  "controlIds" TEXT[] NOT NULL,
  "severity" TEXT NOT NULL CHECK ("severity" IN ('critical', 'high', 'medium', 'low')),
  "title" TEXT NOT NULL,
  "description" JSONB NOT NULL,
  "recommendation" TEXT NOT NULL,
  "evidenceIds" UUID[] NOT NULL,
  "origin" JSONB NOT NULL,
  "firstSeenRunId" UUID NOT NULL,
  CONSTRAINT "Finding_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Finding_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "Finding_runId_planTaskId_checkId_key" ON "Finding" ("runId", "planTaskId", "checkId");

CREATE TABLE "FindingOverlay" (
  "id" UUID NOT NULL,
  "projectId" UUID NOT NULL,
  "findingId" UUID NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('open', 'accepted', 'resolved')),
  "reason" TEXT,
  "expiresAt" TIMESTAMPTZ(3),
  "createdBy" UUID NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "FindingOverlay_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "FindingOverlay_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project" ("id") ON DELETE CASCADE
);
CREATE INDEX "FindingOverlay_findingId_createdAt_idx" ON "FindingOverlay" ("findingId", "createdAt" DESC);
CREATE INDEX "FindingOverlay_projectId_idx" ON "FindingOverlay" ("projectId");

CREATE TABLE "ControlDecision" (
  "id" UUID NOT NULL,
  "runId" UUID NOT NULL,
  "controlId" TEXT NOT NULL,
  "decision" TEXT NOT NULL CHECK ("decision" IN ('accept', 'reject')),
  "reason" TEXT NOT NULL,
  "createdBy" UUID NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "ControlDecision_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "ControlDecision_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);
CREATE INDEX "ControlDecision_runId_controlId_idx" ON "ControlDecision" ("runId", "controlId");

CREATE TABLE "Remediation" (
  "id" UUID NOT NULL,
  "runId" UUID NOT NULL,
  "findingIds" UUID[] NOT NULL,
  "title" TEXT NOT NULL,
  "steps" TEXT[] NOT NULL,
  "effort" TEXT NOT NULL CHECK ("effort" IN ('small', 'medium', 'large')),
  "priority" INTEGER NOT NULL,
  CONSTRAINT "Remediation_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Remediation_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);
CREATE INDEX "Remediation_runId_priority_idx" ON "Remediation" ("runId", "priority");

CREATE TABLE "Section" (
  "runId" UUID NOT NULL,
  "id" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "prose" JSONB NOT NULL,
  "origin" TEXT NOT NULL CHECK ("origin" IN ('model', 'fallback', 'check')),
  CONSTRAINT "Section_pkey" PRIMARY KEY ("runId", "id"),
  CONSTRAINT "Section_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);

CREATE TABLE "Report" (
  "runId" UUID NOT NULL,
  "projectId" UUID NOT NULL,
  "root" TEXT NOT NULL,
  "objectKey" TEXT NOT NULL,
  "content" JSONB NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Report_pkey" PRIMARY KEY ("runId"),
  CONSTRAINT "Report_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);

CREATE TABLE "RunEvent" (
  "runId" UUID NOT NULL,
  "stream" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "time" TIMESTAMPTZ(3) NOT NULL,
  "event" JSONB NOT NULL,
  CONSTRAINT "RunEvent_pkey" PRIMARY KEY ("runId", "stream", "seq"),
  CONSTRAINT "RunEvent_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);

-- No foreign key: the trail keeps that a deleted project existed.
CREATE TABLE "AuditEvent" (
  "id" UUID NOT NULL,
  "projectId" UUID,
  "userId" UUID NOT NULL,
  "action" TEXT NOT NULL,
  "target" TEXT,
  "detail" JSONB NOT NULL DEFAULT '{}',
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "AuditEvent_projectId_createdAt_idx" ON "AuditEvent" ("projectId", "createdAt" DESC);

CREATE TABLE "IdempotencyKey" (
  "userId" UUID NOT NULL,
  "key" TEXT NOT NULL,
  "route" TEXT NOT NULL,
  "bodyHash" TEXT NOT NULL,
  "status" INTEGER,
  "response" JSONB,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("userId", "key")
);
