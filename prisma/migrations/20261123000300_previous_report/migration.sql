-- For the comparison, which reads the sealed report: of the project's finished runs a run sees that one too, and changes none.
CREATE POLICY run_read_previous ON "Report" FOR SELECT TO assay_app
  USING ((SELECT app_run()) IS NOT NULL AND EXISTS (SELECT FROM "Run" r WHERE r."id" = "runId" AND r."outcome" IS NOT NULL));
