-- Who sees and writes what. A session has no rights of its own: the store sets, for one transaction, either
-- app.user_id (a person's door) or app.run_id (the door of a run, which outlives a change of membership).
-- After a transaction such a setting reads '' and not null, hence nullif.

-- Roles belong to the whole server, so another database may have made them already.
DO $$
BEGIN
  -- The program: owns nothing, bypasses nothing. Its password, or rds_iam, is given outside migrations.
  BEGIN CREATE ROLE assay_app LOGIN NOINHERIT; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
  -- Owns the functions that policies call: a policy on ProjectMember that reads ProjectMember would recurse.
  BEGIN CREATE ROLE assay_guard NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
  -- Owns the functions of sweep and execution-ended.
  BEGIN CREATE ROLE assay_sys NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
END $$;
-- To hand functions over, and no more: INHERIT would give the owner their policies.
GRANT assay_guard, assay_sys TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO assay_app, assay_guard, assay_sys;

CREATE FUNCTION app_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.user_id', true), '')::uuid;
CREATE FUNCTION app_run() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.run_id', true), '')::uuid;

-- Bodies in BEGIN ATOMIC are bound when they are made: no search_path can redirect them.
-- They return arrays so that a policy asks once per statement, not once per row, and can use an index.
CREATE FUNCTION member_projects(at_least text) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT coalesce(array_agg("projectId"), '{}') FROM "ProjectMember"
  WHERE "userId" = app_user() AND "role" = ANY (
    CASE at_least WHEN 'owner' THEN '{owner}' WHEN 'editor' THEN '{owner,editor}' WHEN 'auditor' THEN '{owner,editor,auditor}' END::text[]);
END;
-- People who share a project with the user: a member list shows who they are.
CREATE FUNCTION fellow_members() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT coalesce(array_agg(DISTINCT other."userId"), '{}')
  FROM "ProjectMember" me JOIN "ProjectMember" other USING ("projectId") WHERE me."userId" = app_user();
END;
-- Between its insertion and its first member a project belongs to who made it; afterwards membership alone counts.
CREATE FUNCTION has_members(project uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM "ProjectMember" WHERE "projectId" = project);
END;
CREATE FUNCTION founded(project uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM "Project" p WHERE p."id" = project AND p."createdBy" = app_user()
    AND NOT EXISTS (SELECT FROM "ProjectMember" m WHERE m."projectId" = p."id"));
END;
CREATE FUNCTION app_run_project() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT "projectId" FROM "Run" WHERE "id" = app_run();
END;
-- A function, because a policy on Connection that reads Run would recurse with the policy on Run that reads Connection.
CREATE FUNCTION app_run_connections() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT "connectionIds" FROM "Run" WHERE "id" = app_run();
END;

-- Ids, owners and why: all that the sweep may know. `grace` is how long a start may take.
CREATE FUNCTION due_runs(at timestamptz, grace interval) RETURNS TABLE ("runId" uuid, "startedBy" uuid, "reason" text)
LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT "id", "startedBy", CASE WHEN "startedAt" IS NULL THEN 'never-started' ELSE 'overdue' END
  FROM "Run" WHERE "outcome" IS NULL
    AND CASE WHEN "startedAt" IS NULL THEN "createdAt" < at - grace ELSE "deadlineAt" < at END
  ORDER BY "createdAt" LIMIT 500;
END;
CREATE FUNCTION run_owner(run uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT "startedBy" FROM "Run" WHERE "id" = run;
END;

-- A person may ask for a run and for its end; what came of it only the run itself says.
CREATE FUNCTION only_the_run_concludes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF app_user() IS NOT NULL THEN
    RAISE EXCEPTION 'only the run itself sets its outcome' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER only_the_run_concludes BEFORE UPDATE OF "outcome", "endedAt", "scoreValue", "scoreLow", "scoreHigh" ON "Run"
  FOR EACH ROW EXECUTE FUNCTION only_the_run_concludes();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_user(), app_run() TO assay_app, assay_guard, assay_sys;
GRANT EXECUTE ON FUNCTION member_projects(text), fellow_members(), has_members(uuid), founded(uuid),
  app_run_project(), app_run_connections(), due_runs(timestamptz, interval), run_owner(uuid) TO assay_app;

GRANT SELECT ON "Project", "ProjectMember", "Run" TO assay_guard;
GRANT SELECT ("id", "startedBy", "startedAt", "createdAt", "deadlineAt", "outcome") ON "Run" TO assay_sys;

-- A new owner needs CREATE on the schema while it is handed the function.
GRANT CREATE ON SCHEMA public TO assay_guard, assay_sys;
ALTER FUNCTION member_projects(text) OWNER TO assay_guard;
ALTER FUNCTION fellow_members() OWNER TO assay_guard;
ALTER FUNCTION has_members(uuid) OWNER TO assay_guard;
ALTER FUNCTION founded(uuid) OWNER TO assay_guard;
ALTER FUNCTION app_run_project() OWNER TO assay_guard;
ALTER FUNCTION app_run_connections() OWNER TO assay_guard;
ALTER FUNCTION due_runs(timestamptz, interval) OWNER TO assay_sys;
ALTER FUNCTION run_owner(uuid) OWNER TO assay_sys;
REVOKE CREATE ON SCHEMA public FROM assay_guard, assay_sys;

-- Verbs. Columns that tie a row to its owner are never updated.
GRANT SELECT, INSERT, UPDATE ("email"), DELETE ON "User" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("name", "retentionDays"), DELETE ON "Project" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("role"), DELETE ON "ProjectMember" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("name", "profile", "url", "authKind", "sealed", "version", "policy", "toolHashes", "health", "healthError", "checkedAt"), DELETE
  ON "Connection" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("version", "title", "content"), DELETE ON "Framework" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("epoch", "startedAt", "executionArn", "deadlineAt", "stageDeadlineAt", "cancelRequestedAt", "endedAt", "outcome",
  "scoreValue", "scoreLow", "scoreHigh") ON "Run" TO assay_app;
GRANT SELECT, INSERT, DELETE ON "PlanTask" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("attempt", "status", "origin", "error", "reason", "startedAt", "finishedAt") ON "Step" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("attempt", "startedAt", "status", "error", "durationMs", "resultSha256", "blobs") ON "ToolCall" TO assay_app;
GRANT USAGE ON SEQUENCE "ToolCall_ordinal_seq", "Evidence_ordinal_seq" TO assay_app;
GRANT SELECT, INSERT ON "Blob", "Report", "RunEvent", "FindingOverlay", "ControlDecision", "AuditEvent" TO assay_app;
GRANT SELECT, INSERT, DELETE ON "Evidence", "Finding", "Gap", "Remediation" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("result", "reason", "observations") ON "CheckResult" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("count", "complete", "note") ON "Population" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("status", "basis", "reason", "proposal", "findingIds") ON "ControlResult" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("title", "prose", "origin") ON "Section" TO assay_app;
GRANT SELECT, INSERT, UPDATE ("status", "response"), DELETE ON "IdempotencyKey" TO assay_app;

-- Every table, also those of later migrations if they repeat this block; a test asks the catalogue.
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
  END LOOP;
END $$;

CREATE POLICY guard_read ON "Project" FOR SELECT TO assay_guard USING (true);
CREATE POLICY guard_read ON "ProjectMember" FOR SELECT TO assay_guard USING (true);
CREATE POLICY guard_read ON "Run" FOR SELECT TO assay_guard USING (true);
CREATE POLICY sys_read ON "Run" FOR SELECT TO assay_sys USING (true);

-- People and what is theirs alone.
CREATE POLICY own ON "User" TO assay_app USING ("id" = (SELECT app_user())) WITH CHECK ("id" = (SELECT app_user()));
CREATE POLICY fellow_read ON "User" FOR SELECT TO assay_app USING ("id" = ANY ((SELECT fellow_members())::uuid[]));
CREATE POLICY own ON "IdempotencyKey" TO assay_app USING ("userId" = (SELECT app_user())) WITH CHECK ("userId" = (SELECT app_user()));
CREATE POLICY own ON "Connection" TO assay_app USING ("userId" = (SELECT app_user())) WITH CHECK ("userId" = (SELECT app_user()));
CREATE POLICY run_read ON "Connection" FOR SELECT TO assay_app
  USING ("id" = ANY ((SELECT app_run_connections())::uuid[]) AND "userId" = (SELECT run_owner(app_run())));

-- Projects. INSERT ... RETURNING must see the new row, hence founder_read.
CREATE POLICY member_read ON "Project" FOR SELECT TO assay_app USING ("id" = ANY ((SELECT member_projects('auditor'))::uuid[]));
CREATE POLICY founder_read ON "Project" FOR SELECT TO assay_app USING ("createdBy" = (SELECT app_user()) AND NOT has_members("id"));
CREATE POLICY founder_insert ON "Project" FOR INSERT TO assay_app WITH CHECK ("createdBy" = (SELECT app_user()));
CREATE POLICY editor_update ON "Project" FOR UPDATE TO assay_app
  USING ("id" = ANY ((SELECT member_projects('editor'))::uuid[])) WITH CHECK ("id" = ANY ((SELECT member_projects('editor'))::uuid[]));
CREATE POLICY owner_delete ON "Project" FOR DELETE TO assay_app USING ("id" = ANY ((SELECT member_projects('owner'))::uuid[]));
CREATE POLICY run_read ON "Project" FOR SELECT TO assay_app USING ("id" = (SELECT app_run_project()));

CREATE POLICY member_read ON "ProjectMember" FOR SELECT TO assay_app USING ("projectId" = ANY ((SELECT member_projects('auditor'))::uuid[]));
CREATE POLICY own_read ON "ProjectMember" FOR SELECT TO assay_app USING ("userId" = (SELECT app_user()));
CREATE POLICY founder_insert ON "ProjectMember" FOR INSERT TO assay_app
  WITH CHECK ("userId" = (SELECT app_user()) AND "role" = 'owner' AND founded("projectId"));
CREATE POLICY owner_insert ON "ProjectMember" FOR INSERT TO assay_app WITH CHECK ("projectId" = ANY ((SELECT member_projects('owner'))::uuid[]));
CREATE POLICY owner_update ON "ProjectMember" FOR UPDATE TO assay_app
  USING ("projectId" = ANY ((SELECT member_projects('owner'))::uuid[])) WITH CHECK ("projectId" = ANY ((SELECT member_projects('owner'))::uuid[]));
CREATE POLICY owner_delete ON "ProjectMember" FOR DELETE TO assay_app USING ("projectId" = ANY ((SELECT member_projects('owner'))::uuid[]));
CREATE POLICY own_leave ON "ProjectMember" FOR DELETE TO assay_app USING ("userId" = (SELECT app_user()));

CREATE POLICY member_read ON "Framework" FOR SELECT TO assay_app USING ("projectId" = ANY ((SELECT member_projects('auditor'))::uuid[]));
CREATE POLICY editor_write ON "Framework" TO assay_app
  USING ("projectId" = ANY ((SELECT member_projects('editor'))::uuid[])) WITH CHECK ("projectId" = ANY ((SELECT member_projects('editor'))::uuid[]));
CREATE POLICY run_read ON "Framework" FOR SELECT TO assay_app USING ("projectId" = (SELECT app_run_project()));

-- Runs. The starter's own connections only: a foreign one is invisible to this query.
CREATE POLICY member_read ON "Run" FOR SELECT TO assay_app USING ("projectId" = ANY ((SELECT member_projects('auditor'))::uuid[]));
CREATE POLICY editor_insert ON "Run" FOR INSERT TO assay_app WITH CHECK (
  "startedBy" = (SELECT app_user()) AND "projectId" = ANY ((SELECT member_projects('editor'))::uuid[])
  AND NOT EXISTS (SELECT FROM unnest("connectionIds") wanted
    WHERE NOT EXISTS (SELECT FROM "Connection" c WHERE c."id" = wanted AND c."userId" = app_user())));
CREATE POLICY editor_update ON "Run" FOR UPDATE TO assay_app
  USING ("projectId" = ANY ((SELECT member_projects('editor'))::uuid[])) WITH CHECK ("projectId" = ANY ((SELECT member_projects('editor'))::uuid[]));
CREATE POLICY run_read ON "Run" FOR SELECT TO assay_app USING ("id" = (SELECT app_run()));
CREATE POLICY run_read_previous ON "Run" FOR SELECT TO assay_app USING ("outcome" IS NOT NULL AND "projectId" = (SELECT app_run_project()));
CREATE POLICY run_update ON "Run" FOR UPDATE TO assay_app USING ("id" = (SELECT app_run())) WITH CHECK ("id" = (SELECT app_run()));

-- What belongs to a run: the run itself reads and writes it, the project's members read it.
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['PlanTask', 'Step', 'ToolCall', 'Evidence', 'CheckResult', 'Population', 'Gap', 'ControlResult', 'Finding',
    'Remediation', 'Section', 'RunEvent'] LOOP
    EXECUTE format('CREATE POLICY run_own ON %I TO assay_app USING ("runId" = (SELECT app_run())) WITH CHECK ("runId" = (SELECT app_run()))', name);
    EXECUTE format('CREATE POLICY member_read ON %I FOR SELECT TO assay_app '
      'USING ((SELECT app_user()) IS NOT NULL AND EXISTS (SELECT FROM "Run" r WHERE r."id" = "runId"))', name);
  END LOOP;
END $$;
-- For the comparison: of the project's finished runs a run sees findings and check results, nothing else.
CREATE POLICY run_read_previous ON "Finding" FOR SELECT TO assay_app
  USING ((SELECT app_run()) IS NOT NULL AND EXISTS (SELECT FROM "Run" r WHERE r."id" = "runId" AND r."outcome" IS NOT NULL));
CREATE POLICY run_read_previous ON "CheckResult" FOR SELECT TO assay_app
  USING ((SELECT app_run()) IS NOT NULL AND EXISTS (SELECT FROM "Run" r WHERE r."id" = "runId" AND r."outcome" IS NOT NULL));

CREATE POLICY run_own ON "Report" TO assay_app
  USING ("runId" = (SELECT app_run())) WITH CHECK ("runId" = (SELECT app_run()) AND "projectId" = (SELECT app_run_project()));
CREATE POLICY member_read ON "Report" FOR SELECT TO assay_app USING ("projectId" = ANY ((SELECT member_projects('auditor'))::uuid[]));

CREATE POLICY run_own ON "Blob" TO assay_app USING ("projectId" = (SELECT app_run_project())) WITH CHECK ("projectId" = (SELECT app_run_project()));
CREATE POLICY member_read ON "Blob" FOR SELECT TO assay_app USING ("projectId" = ANY ((SELECT member_projects('auditor'))::uuid[]));

-- What people add beside a report.
CREATE POLICY member_read ON "FindingOverlay" FOR SELECT TO assay_app USING ("projectId" = ANY ((SELECT member_projects('auditor'))::uuid[]));
CREATE POLICY editor_insert ON "FindingOverlay" FOR INSERT TO assay_app WITH CHECK (
  "createdBy" = (SELECT app_user()) AND "projectId" = ANY ((SELECT member_projects('editor'))::uuid[])
  AND EXISTS (SELECT FROM "Finding" f JOIN "Run" r ON r."id" = f."runId" WHERE f."id" = "findingId" AND r."projectId" = "FindingOverlay"."projectId"));
CREATE POLICY member_read ON "ControlDecision" FOR SELECT TO assay_app
  USING ((SELECT app_user()) IS NOT NULL AND EXISTS (SELECT FROM "Run" r WHERE r."id" = "runId"));
CREATE POLICY run_read ON "ControlDecision" FOR SELECT TO assay_app USING ("runId" = (SELECT app_run()));
CREATE POLICY editor_insert ON "ControlDecision" FOR INSERT TO assay_app WITH CHECK (
  "createdBy" = (SELECT app_user())
  AND EXISTS (SELECT FROM "Run" r WHERE r."id" = "runId" AND r."projectId" = ANY ((SELECT member_projects('editor'))::uuid[])));

CREATE POLICY member_read ON "AuditEvent" FOR SELECT TO assay_app USING ("projectId" = ANY ((SELECT member_projects('auditor'))::uuid[]));
CREATE POLICY own_read ON "AuditEvent" FOR SELECT TO assay_app USING ("userId" = (SELECT app_user()));
CREATE POLICY own_insert ON "AuditEvent" FOR INSERT TO assay_app WITH CHECK (
  "userId" = (SELECT app_user()) AND ("projectId" IS NULL OR "projectId" = ANY ((SELECT member_projects('auditor'))::uuid[])));
CREATE POLICY run_insert ON "AuditEvent" FOR INSERT TO assay_app WITH CHECK (
  "projectId" = (SELECT app_run_project()) AND "userId" = (SELECT r."startedBy" FROM "Run" r WHERE r."id" = app_run()));
