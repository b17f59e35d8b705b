import type { Profile } from './profile.ts';

/** Version 2 shows a few tools and finds the rest on demand; `tools=all` lists every tool under its own name. */
export const atlassian: Profile = {
  id: 'atlassian',
  title: 'Atlassian (Jira, Confluence)',
  category: 'issues',
  endpoint: 'https://mcp.atlassian.com/v2/mcp?tools=all',
  auth: ['oauth', 'bearer', 'headers'],
  credentials:
    'Sign in with Atlassian as somebody who may only view the projects, or let an organisation admin make a service account API key with read scopes (read:jira-work).',
  scope: [
    {
      name: 'site',
      title: 'Site',
      example: 'acme.atlassian.net',
      pattern: /^[a-z0-9][a-z0-9-]*\.atlassian\.net$/,
      required: true,
    },
  ],
  source: { what: 'repository atlassian/atlassian-mcp-server, README and skills/v2', on: '2026-11-25' },
  capabilities: [],
  readOnlyTools: ['search', 'searchJiraIssuesUsingJql', 'getJiraIssue', 'searchConfluence', 'getConfluenceContent'],
};
