-- What a run asks of a model, what a model wrote that could not be verified, and how far a plan lets an agent go.

ALTER TABLE "PlanTask"
  ADD COLUMN "toolBudget" INTEGER NOT NULL DEFAULT 0 CHECK ("toolBudget" >= 0),
  ADD COLUMN "deadlineMs" INTEGER CHECK ("deadlineMs" > 0);

-- The model's part of the ledger: written once, when it answered or failed. A retried step finds the answer that it was given.
CREATE TABLE "ModelCall" (
  "id" UUID PRIMARY KEY,
  "runId" UUID NOT NULL,
  "step" TEXT NOT NULL,
  "item" TEXT NOT NULL DEFAULT '',
  "attempt" INTEGER NOT NULL CHECK ("attempt" >= 1),
  "ordinal" BIGSERIAL NOT NULL,
  "callKey" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "schema" TEXT NOT NULL,
  "model" TEXT NOT NULL,
  "startedAt" TIMESTAMPTZ(3) NOT NULL,
  "durationMs" INTEGER NOT NULL CHECK ("durationMs" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('ok', 'error')),
  "error" TEXT,
  "finishReason" TEXT,
  "promptTokens" INTEGER NOT NULL CHECK ("promptTokens" >= 0),
  "completionTokens" INTEGER NOT NULL CHECK ("completionTokens" >= 0),
  "answer" JSONB,
  CONSTRAINT "ModelCall_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);
CREATE INDEX "ModelCall_runId_ordinal_idx" ON "ModelCall" ("runId", "ordinal");

-- Claims that were taken out before they were printed.
CREATE TABLE "Withheld" (
  "id" UUID PRIMARY KEY,
  "runId" UUID NOT NULL,
  "step" TEXT NOT NULL,
  "item" TEXT NOT NULL DEFAULT '',
  "ordinal" BIGSERIAL NOT NULL,
  "claim" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  CONSTRAINT "Withheld_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);
CREATE INDEX "Withheld_runId_ordinal_idx" ON "Withheld" ("runId", "ordinal");

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "ModelCall" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "ModelCall" EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON "ModelCall" TO assay_app;
GRANT SELECT, INSERT, DELETE ON "Withheld" TO assay_app;
GRANT USAGE ON SEQUENCE "ModelCall_ordinal_seq", "Withheld_ordinal_seq" TO assay_app;
ALTER TABLE "ModelCall" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ModelCall" FORCE ROW LEVEL SECURITY;
ALTER TABLE "Withheld" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Withheld" FORCE ROW LEVEL SECURITY;

CREATE POLICY run_own ON "ModelCall" TO assay_app USING ("runId" = (SELECT app_run())) WITH CHECK ("runId" = (SELECT app_run()));
CREATE POLICY member_read ON "ModelCall" FOR SELECT TO assay_app
  USING ((SELECT app_user()) IS NOT NULL AND EXISTS (SELECT FROM "Run" r WHERE r."id" = "runId"));
CREATE POLICY run_own ON "Withheld" TO assay_app USING ("runId" = (SELECT app_run())) WITH CHECK ("runId" = (SELECT app_run()));
CREATE POLICY member_read ON "Withheld" FOR SELECT TO assay_app
  USING ((SELECT app_user()) IS NOT NULL AND EXISTS (SELECT FROM "Run" r WHERE r."id" = "runId"));
