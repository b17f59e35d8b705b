-- Whether a person may see a run, in one statement without a transaction around it: it is asked for every frame that is pushed.
CREATE FUNCTION may_see_run(person uuid, run uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM "Run" r JOIN "ProjectMember" m ON m."projectId" = r."projectId" WHERE r."id" = run AND m."userId" = person);
END;
REVOKE ALL ON FUNCTION may_see_run(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION may_see_run(uuid, uuid) TO assay_app;
GRANT CREATE ON SCHEMA public TO assay_guard;
ALTER FUNCTION may_see_run(uuid, uuid) OWNER TO assay_guard;
REVOKE CREATE ON SCHEMA public FROM assay_guard;
