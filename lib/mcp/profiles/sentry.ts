import type { Profile } from './profile.ts';

const slug = /^[a-z0-9][a-z0-9_-]{0,99}$/;

/** `get_sentry_resource` has taken the place of `get_issue_details` among the tools that the server lists; both read. */
export const sentry: Profile = {
  id: 'sentry',
  title: 'Sentry',
  category: 'monitoring',
  endpoint: 'https://mcp.sentry.dev/mcp',
  auth: ['oauth', 'bearer'],
  credentials:
    'Sign in with Sentry and grant the skill Inspect only. A server of your own takes a user token with org:read, project:read and event:read.',
  scope: [
    { name: 'organization', title: 'Organization slug', example: 'acme', pattern: slug, required: true },
    { name: 'project', title: 'Project slug', example: 'shop', pattern: slug, required: true },
  ],
  source: { what: 'npm package @sentry/mcp-server 0.36.0', on: '2026-11-25' },
  capabilities: ['errors'],
  readOnlyTools: [
    ...['search_issues', 'get_sentry_resource', 'get_issue_details', 'search_events', 'search_issue_events'],
    ...['get_issue_tag_values', 'get_issue_activity', 'find_organizations', 'find_projects', 'find_teams', 'find_releases'],
  ],
};
