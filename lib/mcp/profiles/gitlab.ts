import type { Profile } from './profile.ts';
import { commitField } from './scope-fields.ts';

/**
 * The community's server @zereight/mcp-gitlab: GitLab's own, at /api/v4/mcp, has no tool that reads a repository's tree and files.
 * `get_file_contents` prints the file inside JSON (lib/domain/derived.ts).
 */
export const gitlab: Profile = {
  id: 'gitlab',
  title: 'GitLab',
  category: 'code',
  endpoint: null,
  auth: ['bearer', 'headers'],
  credentials:
    'Your team runs @zereight/mcp-gitlab with STREAMABLE_HTTP, REMOTE_AUTHORIZATION and GITLAB_READ_ONLY_MODE set to true; the credential is a GitLab token for the one project with the scopes read_api and read_repository.',
  scope: [
    {
      name: 'project',
      title: 'Project',
      example: 'acme/shop',
      pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*){1,20}$/,
      required: true,
    },
    commitField,
  ],
  source: { what: 'npm package @zereight/mcp-gitlab 2.1.64', on: '2026-11-25' },
  capabilities: ['repository-files', 'repository-settings', 'alerts'],
  readOnlyTools: [
    'get_file_contents',
    'get_project',
    'get_repository_tree',
    'list_branches',
    'list_commits',
    'list_project_members',
    'list_project_vulnerabilities',
  ],
};
