import type { Profile } from './profile.ts';

/**
 * @modelcontextprotocol/server-filesystem 2026.8.31. `read_text_file` one file at a time: `read_multiple_files`
 * joins its results ambiguously.
 */
export const filesystem: Profile = {
  id: 'filesystem',
  title: 'Filesystem',
  category: 'code',
  endpoint: null,
  auth: ['none', 'bearer', 'headers'],
  credentials: 'Whatever the bridge in front of the server asks for; the server itself knows no users.',
  scope: [],
  source: { what: 'npm package @modelcontextprotocol/server-filesystem 2026.8.31', on: '2026-11-23' },
  capabilities: ['repository-files'],
  readOnlyTools: ['list_allowed_directories', 'list_directory_with_sizes', 'read_text_file'],
};
