import type { Profile } from './profile.ts';

/** The community server korotovsky/slack-mcp-server; its message-writing tools are off unless switched on. */
export const slack: Profile = {
  id: 'slack',
  title: 'Slack',
  category: 'chat',
  endpoint: null,
  auth: ['bearer', 'none'],
  credentials:
    'Run the server with a user token (xoxp) that has the scopes channels:read, channels:history, users:read and search:read, and set SLACK_MCP_API_KEY: the connection sends that as its token.',
  scope: [],
  source: { what: 'npm package slack-mcp-server 1.3.0, README', on: '2026-11-25' },
  capabilities: [],
  readOnlyTools: [
    'channels_list',
    'conversations_history',
    'conversations_replies',
    'conversations_search_messages',
    'users_search',
  ],
};
