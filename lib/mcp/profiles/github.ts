import type { Profile } from './profile.ts';
import { commitField } from './scope-fields.ts';

/** GitHub's own server. `get_file_contents` answers with a note and the file as an embedded resource. */
export const github: Profile = {
  id: 'github',
  title: 'GitHub',
  category: 'code',
  endpoint: 'https://api.githubcopilot.com/mcp/',
  auth: ['oauth', 'bearer'],
  credentials:
    'A fine-grained personal access token for the one repository that can read contents, metadata, administration, Dependabot alerts, code scanning alerts and secret scanning alerts.',
  scope: [
    {
      name: 'repository',
      title: 'Repository',
      example: 'acme/shop',
      pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/,
      required: true,
    },
    commitField,
  ],
  source: { what: 'github/github-mcp-server, pkg/github and its tool snapshots', on: '2026-11-25' },
  capabilities: ['repository-files', 'repository-settings', 'alerts'],
  readOnlyTools: [
    'get_file_contents',
    'get_repository_tree',
    'list_branches',
    'list_code_scanning_alerts',
    'list_commits',
    'list_dependabot_alerts',
    'list_repository_collaborators',
    'list_secret_scanning_alerts',
    'search_repositories',
  ],
};
