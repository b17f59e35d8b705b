import type { Profile } from './profile.ts';

export const linear: Profile = {
  id: 'linear',
  title: 'Linear',
  category: 'issues',
  endpoint: 'https://mcp.linear.app/mcp',
  auth: ['oauth', 'bearer'],
  credentials:
    'Sign in with Linear, or make a personal API key under Settings, Security & access, with the permission Read only, limited to the team.',
  scope: [
    { name: 'team', title: 'Team', example: 'Engineering', pattern: /^[^\s].{0,79}$/, required: true },
    { name: 'label', title: 'Label of vulnerability tickets', example: 'security', pattern: /^[^\s].{0,79}$/, required: true },
  ],
  source: { what: 'linear.app/docs/mcp, and results of mcp.linear.app as its clients record them', on: '2026-11-25' },
  capabilities: ['issues'],
  readOnlyTools: [
    ...['list_issues', 'get_issue', 'list_issue_statuses', 'get_issue_status', 'list_issue_labels', 'list_comments'],
    ...['list_teams', 'get_team', 'list_users', 'get_user', 'list_projects', 'get_project'],
  ],
};
