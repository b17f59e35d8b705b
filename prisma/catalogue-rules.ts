/** What must hold in PostgreSQL's own catalogue, so that no row gets past its policies; asked by a test, and after a restore. */
import type pg from 'pg';

/** Each query lists what must not be; `what` says why in the row itself. */
const rules = [
  `SELECT format('table %s is not under forced row-level security', relname) AS what FROM pg_class
   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations'
     AND NOT (relrowsecurity AND relforcerowsecurity)`,
  `SELECT format('view %s reads as its owner', relname) AS what FROM pg_class
   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
     AND (relkind = 'm' OR NOT coalesce('security_invoker=true' = ANY (reloptions), false))`,
  `SELECT format('role %s has rights of its own', rolname) AS what FROM pg_roles
   WHERE rolname LIKE 'assay\\_%' AND (rolsuper OR rolbypassrls OR rolreplication OR (rolname <> 'assay_owner' AND (rolcreaterole OR rolcreatedb)))`,
  `SELECT format('role %s can log in', rolname) AS what FROM pg_roles WHERE rolname IN ('assay_guard', 'assay_sys') AND rolcanlogin`,
  // On RDS membership of rds_iam is how a role signs in with a token; it has no rights and owns nothing.
  `SELECT format('assay_app is a member of %s', roleid::regrole) AS what FROM pg_auth_members
   WHERE member = 'assay_app'::regrole AND roleid::regrole::text <> 'rds_iam'`,
  `SELECT format('%s inherits %s', member::regrole, roleid::regrole) AS what FROM pg_auth_members
   WHERE roleid IN ('assay_guard'::regrole, 'assay_sys'::regrole) AND inherit_option`,
  `SELECT format('assay_app owns %s', objid::regclass) AS what FROM pg_shdepend
   WHERE refobjid = 'assay_app'::regrole AND deptype = 'o' AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  `SELECT format('everybody may %s %s', privilege_type, relname) AS what FROM pg_class, aclexplode(relacl)
   WHERE relnamespace = 'public'::regnamespace AND grantee = 0`,
  `SELECT format('everybody may call %s', proname) AS what FROM pg_proc
   WHERE pronamespace = 'public'::regnamespace AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))`,
  `SELECT format('function %s acts for %s', proname, proowner::regrole) AS what FROM pg_proc
   WHERE pronamespace = 'public'::regnamespace AND prosecdef AND proowner NOT IN ('assay_guard'::regrole, 'assay_sys'::regrole)`,
  `SELECT format('function %s acts for another, and looks names up when it is called', proname) AS what FROM pg_proc
   WHERE pronamespace = 'public'::regnamespace AND prosecdef AND prosqlbody IS NULL`,
  `SELECT format('policy %s on %s is for everybody', policyname, tablename) AS what FROM pg_policies WHERE roles = '{public}'`,
  `SELECT format('policy %s on %s does not check what is written', policyname, tablename) AS what FROM pg_policies
   WHERE cmd IN ('INSERT', 'UPDATE', 'ALL') AND with_check IS NULL`,
  `SELECT format('policy %s on %s lets %s through', policyname, tablename, roles) AS what FROM pg_policies
   WHERE (qual = 'true' OR with_check = 'true') AND NOT (roles <@ '{assay_guard,assay_sys}' AND cmd = 'SELECT')`,
  `SELECT format('assay_app may %s the bookkeeping', privilege_type) AS what FROM pg_class, aclexplode(relacl)
   WHERE relname = '_prisma_migrations' AND grantee = 'assay_app'::regrole`,
  `SELECT format('assay_app may move %s.%s to another owner', table_name, column_name) AS what FROM information_schema.role_column_grants
   WHERE grantee = 'assay_app' AND privilege_type = 'UPDATE'
     AND column_name IN ('id', 'projectId', 'runId', 'userId', 'createdBy', 'startedBy', 'connectionIds', 'planTaskId')`,
  `SELECT format('assay_app may %s %s', privilege_type, table_name) AS what FROM information_schema.role_table_grants
   WHERE grantee = 'assay_app' AND privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')`,
];

/** One line for each thing that is wrong; [] when row-level security is in force everywhere. */
export async function catalogueProblems(client: pg.Client): Promise<string[]> {
  const found: string[] = [];
  for (const rule of rules) found.push(...(await client.query<{ what: string }>(rule)).rows.map(({ what }) => what));
  return found;
}
