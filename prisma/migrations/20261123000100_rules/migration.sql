-- What no program may do, whoever it is. Rows go only with the run or project that owns them: a foreign key's
-- ON DELETE CASCADE runs inside a trigger, so its depth is at least 2.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "FindingOverlay" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "ControlDecision" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Blob" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Report" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "AuditEvent" EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "FindingOverlay" EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "ControlDecision" EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "Report" EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "ToolCall" EXECUTE FUNCTION refuse_change();

-- The ledger: a call is written when it starts and completed once. While it is open a later attempt may take it over.
CREATE FUNCTION complete_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF pg_trigger_depth() > 1 THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the ledger keeps tool call %', OLD."id" USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD."status" <> 'started' THEN
    RAISE EXCEPTION 'tool call % is complete', OLD."id" USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW."id", NEW."runId", NEW."planTaskId", NEW."connectionId", NEW."callKey", NEW."serverName", NEW."serverVersion", NEW."tool", NEW."args", NEW."ordinal")
    IS DISTINCT FROM
     (OLD."id", OLD."runId", OLD."planTaskId", OLD."connectionId", OLD."callKey", OLD."serverName", OLD."serverVersion", OLD."tool", OLD."args", OLD."ordinal")
    OR NEW."attempt" < OLD."attempt" THEN
    RAISE EXCEPTION 'what tool call % asked cannot change', OLD."id" USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER complete_once BEFORE UPDATE OR DELETE ON "ToolCall" FOR EACH ROW EXECUTE FUNCTION complete_once();

-- One terminal state per run, and the epoch only rises.
CREATE FUNCTION one_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."outcome" IS NOT NULL
    AND (NEW."outcome", NEW."endedAt", NEW."scoreValue", NEW."scoreLow", NEW."scoreHigh")
      IS DISTINCT FROM (OLD."outcome", OLD."endedAt", OLD."scoreValue", OLD."scoreLow", OLD."scoreHigh") THEN
    RAISE EXCEPTION 'run % has ended', OLD."id" USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW."epoch" < OLD."epoch" THEN
    RAISE EXCEPTION 'the epoch of run % cannot fall', OLD."id" USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER one_outcome BEFORE UPDATE ON "Run" FOR EACH ROW EXECUTE FUNCTION one_outcome();
