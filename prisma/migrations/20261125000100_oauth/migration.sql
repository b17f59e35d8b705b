-- What a person let us do at an authorisation server, one per connection. Client registration and tokens are sealed for the connection's
-- version and this row's own, so that neither another row's ciphertext nor an older one opens here.
CREATE TABLE "OAuthGrant" (
  "connectionId" UUID NOT NULL,
  "userId" UUID NOT NULL,
  "connectionVersion" INTEGER NOT NULL,
  "version" INTEGER NOT NULL DEFAULT 1,
  "issuer" TEXT NOT NULL,
  "resource" TEXT NOT NULL,
  "scope" TEXT,
  "sealed" BYTEA, -- null once the server has ended it: the person has to authorise again
  "expiresAt" TIMESTAMPTZ(3),
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "OAuthGrant_pkey" PRIMARY KEY ("connectionId"),
  CONSTRAINT "OAuthGrant_connectionId_fkey" FOREIGN KEY ("connectionId") REFERENCES "Connection" ("id") ON DELETE CASCADE
);
-- The owner is not changed by an update; a run renews tokens and can neither make nor delete a grant.
GRANT SELECT, INSERT, UPDATE ("connectionVersion", "version", "issuer", "resource", "scope", "sealed", "expiresAt"), DELETE
  ON "OAuthGrant" TO assay_app;

ALTER TABLE "OAuthGrant" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "OAuthGrant" FORCE ROW LEVEL SECURITY;

CREATE POLICY own ON "OAuthGrant" TO assay_app USING ("userId" = (SELECT app_user()))
  WITH CHECK ("userId" = (SELECT app_user()) AND EXISTS (SELECT FROM "Connection" c WHERE c."id" = "connectionId" AND c."userId" = app_user()));
CREATE POLICY run_read ON "OAuthGrant" FOR SELECT TO assay_app
  USING ("connectionId" = ANY ((SELECT app_run_connections())::uuid[]) AND "userId" = (SELECT run_owner(app_run())));
CREATE POLICY run_update ON "OAuthGrant" FOR UPDATE TO assay_app
  USING ("connectionId" = ANY ((SELECT app_run_connections())::uuid[]) AND "userId" = (SELECT run_owner(app_run())))
  WITH CHECK ("connectionId" = ANY ((SELECT app_run_connections())::uuid[]) AND "userId" = (SELECT run_owner(app_run())));
