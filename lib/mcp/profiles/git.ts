import type { Profile } from './profile.ts';

/** The read-only git server in local/mcp/git-server.ts. */
export const git: Profile = {
  id: 'git',
  title: 'Git history',
  category: 'code',
  capabilities: ['git-history'],
  readOnlyTools: ['git_head', 'git_log', 'git_tags'],
};
