import type { Profile } from './profile.ts';

/** `alerting_manage_rules` and `alerting_manage_routing` read and write by argument, so they are no reading tools. */
export const grafana: Profile = {
  id: 'grafana',
  title: 'Grafana',
  category: 'monitoring',
  endpoint: null,
  auth: ['bearer', 'headers', 'none'],
  credentials:
    'Run the server with --disable-write and the token of a service account that has the role Viewer, then send what your bridge asks for.',
  scope: [],
  source: { what: 'repository grafana/mcp-grafana, README', on: '2026-11-25' },
  capabilities: [],
  readOnlyTools: [
    ...['list_teams', 'list_users_by_org', 'list_all_roles', 'get_role_details', 'get_role_assignments', 'list_user_roles'],
    ...['search_dashboards', 'get_dashboard_summary', 'list_datasources', 'get_datasource', 'list_incidents', 'get_incident'],
    ...['list_oncall_schedules', 'get_current_oncall_users', 'list_alert_groups', 'get_alert_group'],
  ],
};
