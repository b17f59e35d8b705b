import type { Profile } from './profile.ts';

/** Google's storage and observability servers. `run_gcloud_command` of their gcloud server runs any command and is left out. */
export const googleCloud: Profile = {
  id: 'google-cloud',
  title: 'Google Cloud',
  category: 'cloud',
  endpoint: null,
  auth: ['none', 'bearer', 'headers'],
  credentials:
    'Run the server, behind a bridge, as a service account with the roles Storage Bucket Viewer and Logs Viewer on the project, no more.',
  scope: [
    { name: 'project', title: 'Project id', example: 'acme-prod-1', pattern: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, required: true },
  ],
  source: {
    what: 'npm packages @google-cloud/storage-mcp 0.6.0 and @google-cloud/observability-mcp 0.2.3',
    on: '2026-11-25',
  },
  capabilities: [],
  readOnlyTools: [
    ...['list_buckets', 'get_bucket_metadata', 'get_bucket_location', 'view_iam_policy', 'check_iam_permissions'],
    ...['list_log_names', 'list_views', 'list_sinks', 'list_log_scopes', 'list_alert_policies', 'list_group_stats'],
  ],
};
