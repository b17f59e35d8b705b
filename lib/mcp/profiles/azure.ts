import type { Profile } from './profile.ts';

/** The Azure MCP server with every tool under its own name (`--mode all`); its other modes hide many tools behind one. */
export const azure: Profile = {
  id: 'azure',
  title: 'Azure',
  category: 'cloud',
  endpoint: null,
  auth: ['oauth', 'bearer'],
  credentials:
    'Run the server with --mode all --read-only under an identity that has the built-in role Reader on the subscription, no more.',
  scope: [
    {
      name: 'subscription',
      title: 'Subscription',
      example: '00000000-0000-0000-0000-000000000000',
      pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      required: true,
    },
  ],
  source: {
    what: 'repository microsoft/mcp, servers/Azure.Mcp.Server/docs (e2eTestPrompts.md); npm package @azure/mcp 2.0.5',
    on: '2026-11-25',
  },
  capabilities: [],
  readOnlyTools: [
    ...['subscription_list', 'storage_account_get', 'storage_blob_container_get', 'storage_table_list', 'sql_server_get'],
    ...['sql_server_firewall-rule_list', 'sql_server_entra-admin_list', 'sql_db_get', 'sql_elastic-pool_list'],
  ],
};
