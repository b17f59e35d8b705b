import type { Profile } from './profile.ts';

export const notion: Profile = {
  id: 'notion',
  title: 'Notion',
  category: 'documents',
  endpoint: 'https://mcp.notion.com/mcp',
  auth: ['oauth'],
  credentials: 'Sign in with Notion as a guest or member who can only view the pages that are assessed.',
  scope: [],
  source: {
    what: 'developers.notion.com/docs/mcp-supported-tools, and the names that clients of mcp.notion.com list',
    on: '2026-11-25',
  },
  capabilities: [],
  readOnlyTools: [
    ...['notion-search', 'notion-fetch', 'notion-get-comments', 'notion-get-teams', 'notion-get-users'],
    ...['notion-query-data-sources', 'notion-query-database-view'],
  ],
};
