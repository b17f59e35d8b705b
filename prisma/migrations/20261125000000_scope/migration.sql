-- What of a server is assessed: a connection to a code host sees many repositories. A plan task keeps the connection's profile and
-- scope as they were, so that its fallback reads the ledger alike when the connection is gone.
ALTER TABLE "Connection" ADD COLUMN "scope" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "PlanTask" ADD COLUMN "profile" TEXT NOT NULL DEFAULT 'generic', ADD COLUMN "scope" JSONB NOT NULL DEFAULT '{}';
GRANT UPDATE ("scope") ON "Connection" TO assay_app;
