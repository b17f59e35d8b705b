import type { Profile } from './profile.ts';

/** `execute_sql` and `query_logs` run SQL that the caller writes, so they are no reading tools here. */
export const supabase: Profile = {
  id: 'supabase',
  title: 'Supabase',
  category: 'cloud',
  endpoint: 'https://mcp.supabase.com/mcp?read_only=true',
  auth: ['oauth', 'bearer'],
  credentials:
    'Sign in with Supabase and choose the organization, or make a personal access token; keep read_only=true in the address, and add project_ref.',
  scope: [{ name: 'project', title: 'Project ref', example: 'abcdefghijklmnopqrst', pattern: /^[a-z]{20}$/, required: true }],
  source: { what: 'npm package @supabase/mcp-server-supabase 0.13.0', on: '2026-11-25' },
  capabilities: [],
  readOnlyTools: [
    ...['get_advisors', 'list_organizations', 'get_organization', 'list_projects', 'get_project', 'list_tables'],
    ...['list_extensions', 'list_migrations', 'list_branches', 'list_edge_functions', 'list_storage_buckets'],
    'get_storage_config',
  ],
};
