import type { Profile } from './profile.ts';

/** The core tools; sites other than US1 have endpoints of their own (mcp.datadoghq.eu). */
export const datadog: Profile = {
  id: 'datadog',
  title: 'Datadog',
  category: 'monitoring',
  endpoint: 'https://mcp.datadoghq.com/api/unstable/mcp-server/mcp',
  auth: ['oauth', 'headers'],
  credentials:
    'Sign in as somebody whose role has MCP Read and no MCP Write, or send DD_API_KEY and DD_APPLICATION_KEY, the latter scoped to reading.',
  scope: [],
  source: { what: 'docs.datadoghq.com/bits_ai/mcp_server, and the names that its clients list', on: '2026-11-25' },
  capabilities: [],
  readOnlyTools: [
    ...['search_datadog_monitors', 'search_datadog_incidents', 'get_datadog_incident', 'search_datadog_logs'],
    ...['search_datadog_events', 'search_datadog_services', 'search_datadog_hosts', 'search_datadog_dashboards'],
    ...['search_datadog_metrics', 'get_datadog_metric', 'search_datadog_spans', 'get_datadog_trace'],
  ],
};
