import type { Profile } from './profile.ts';

/** The read-only git server in local/mcp/git-server.ts. */
export const git: Profile = {
  id: 'git',
  title: 'Git history',
  category: 'code',
  endpoint: null,
  auth: ['none', 'bearer', 'headers'],
  credentials: 'Whatever the bridge in front of the server asks for; the server itself knows no users.',
  scope: [],
  source: { what: 'local/mcp/git-server.ts', on: '2026-11-23' },
  capabilities: ['git-history'],
  readOnlyTools: ['git_head', 'git_log', 'git_tags'],
};
