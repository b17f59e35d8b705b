import type { Profile } from './profile.ts';

/**
 * The Cloudflare One CASB server. The general server (mcp.cloudflare.com) runs code that the caller writes, which no list of reading
 * tools can hold to reading.
 */
export const cloudflare: Profile = {
  id: 'cloudflare',
  title: 'Cloudflare One CASB',
  category: 'cloud',
  endpoint: 'https://casb.mcp.cloudflare.com/mcp',
  auth: ['oauth', 'bearer'],
  credentials: 'Sign in with Cloudflare, or make an account API token that may only read (Zero Trust: Read).',
  scope: [],
  source: { what: 'repository cloudflare/mcp-server-cloudflare, README and apps/cloudflare-one-casb', on: '2026-11-25' },
  capabilities: [],
  readOnlyTools: [
    ...['integrations_list', 'integration_by_id', 'assets_list', 'assets_search', 'asset_by_id', 'assets_by_integration_id'],
    ...['assets_by_category_id', 'asset_categories_list', 'asset_categories_by_vendor', 'asset_categories_by_type'],
    'asset_categories_by_vendor_and_type',
  ],
};
