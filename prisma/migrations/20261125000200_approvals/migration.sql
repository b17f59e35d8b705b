-- Tools that a person must approve, call by call, and the definitions of tools as they were first seen.

-- Whether somebody is there to approve. A run that nobody watches takes what needs approval for a gap at once.
ALTER TABLE "Run" ADD COLUMN "approvals" BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE "Approval" (
  "id" UUID PRIMARY KEY,
  "runId" UUID NOT NULL,
  "planTaskId" UUID NOT NULL,
  "connectionId" UUID NOT NULL,
  "round" INTEGER NOT NULL CHECK ("round" >= 1),
  "server" TEXT NOT NULL,
  "calls" JSONB NOT NULL,
  "requestedAt" TIMESTAMPTZ(3) NOT NULL,
  "expiresAt" TIMESTAMPTZ(3) NOT NULL,
  "status" TEXT NOT NULL DEFAULT 'pending' CHECK ("status" IN ('pending', 'approved', 'rejected', 'expired')),
  "decidedBy" UUID,
  "decidedAt" TIMESTAMPTZ(3),
  CONSTRAINT "Approval_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "Approval_runId_planTaskId_round_key" ON "Approval" ("runId", "planTaskId", "round");

-- What answers the waiting state. A table of its own, because members read approvals and no person reads this.
CREATE TABLE "ApprovalToken" (
  "approvalId" UUID PRIMARY KEY,
  "runId" UUID NOT NULL,
  "sealed" BYTEA NOT NULL,
  CONSTRAINT "ApprovalToken_approvalId_fkey" FOREIGN KEY ("approvalId") REFERENCES "Approval" ("id") ON DELETE CASCADE
);

CREATE FUNCTION decide_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."status" <> 'pending' THEN
    RAISE EXCEPTION 'approval % is decided', OLD."id" USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decide_once BEFORE UPDATE ON "Approval" FOR EACH ROW EXECUTE FUNCTION decide_once();
REVOKE ALL ON FUNCTION decide_once() FROM PUBLIC;

GRANT SELECT, INSERT, UPDATE ("status", "decidedBy", "decidedAt") ON "Approval" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("sealed") ON "ApprovalToken" TO assay_app;
ALTER TABLE "Approval" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Approval" FORCE ROW LEVEL SECURITY;
ALTER TABLE "ApprovalToken" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "ApprovalToken" FORCE ROW LEVEL SECURITY;

-- A run asks, and says that nobody answered. Yes or no is the word of the person who started it, and of nobody else.
CREATE POLICY run_read ON "Approval" FOR SELECT TO assay_app USING ("runId" = (SELECT app_run()));
CREATE POLICY run_insert ON "Approval" FOR INSERT TO assay_app
  WITH CHECK ("runId" = (SELECT app_run()) AND "status" = 'pending' AND "decidedBy" IS NULL);
CREATE POLICY run_expire ON "Approval" FOR UPDATE TO assay_app
  USING ("runId" = (SELECT app_run())) WITH CHECK ("runId" = (SELECT app_run()) AND "status" = 'expired');
CREATE POLICY member_read ON "Approval" FOR SELECT TO assay_app
  USING ((SELECT app_user()) IS NOT NULL AND EXISTS (SELECT FROM "Run" r WHERE r."id" = "runId"));
CREATE POLICY starter_decide ON "Approval" FOR UPDATE TO assay_app
  USING ((SELECT app_user()) = (SELECT r."startedBy" FROM "Run" r WHERE r."id" = "runId"))
  WITH CHECK ("decidedBy" = (SELECT app_user()) AND "status" IN ('approved', 'rejected'));
CREATE POLICY run_own ON "ApprovalToken" TO assay_app USING ("runId" = (SELECT app_run()))
  WITH CHECK ("runId" = (SELECT app_run()) AND EXISTS (SELECT FROM "Approval" a WHERE a."id" = "approvalId" AND a."runId" = "ApprovalToken"."runId"));

-- A run may add what it saw first to its own connections, and change nothing else of them: not even a definition that is pinned.
-- Hence a function and no right to update. A server that names ever new tools fills no row: beyond 2,000 nothing is pinned, and
-- what is not pinned is suspended.
CREATE FUNCTION pin_tools(connection uuid, at_version int, seen jsonb) RETURNS SETOF uuid LANGUAGE sql VOLATILE SECURITY DEFINER
BEGIN ATOMIC
  UPDATE "Connection" SET "toolHashes" = seen || "toolHashes"
  WHERE "id" = connection AND "version" = at_version AND (SELECT count(*) FROM jsonb_object_keys(seen || "toolHashes")) <= 2000
  RETURNING "id";
END;
REVOKE ALL ON FUNCTION pin_tools(uuid, int, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pin_tools(uuid, int, jsonb) TO assay_app;
GRANT SELECT ("id", "userId", "version", "toolHashes"), UPDATE ("toolHashes") ON "Connection" TO assay_guard;
GRANT CREATE ON SCHEMA public TO assay_guard;
ALTER FUNCTION pin_tools(uuid, int, jsonb) OWNER TO assay_guard;
REVOKE CREATE ON SCHEMA public FROM assay_guard;
CREATE POLICY guard_read ON "Connection" FOR SELECT TO assay_guard USING (true);
CREATE POLICY guard_pin ON "Connection" FOR UPDATE TO assay_guard
  USING ("userId" = (SELECT app_user())
    OR "id" = ANY ((SELECT app_run_connections())::uuid[]) AND "userId" = (SELECT r."startedBy" FROM "Run" r WHERE r."id" = app_run()))
  WITH CHECK ("userId" = (SELECT app_user())
    OR "id" = ANY ((SELECT app_run_connections())::uuid[]) AND "userId" = (SELECT r."startedBy" FROM "Run" r WHERE r."id" = app_run()));
