import type { Profile } from './profile.ts';

/**
 * The AWS API MCP server over streamable HTTP. `call_aws` runs any AWS CLI command, also one that changes something, so it is no
 * reading tool: the user allows it, or approves each call. Its makers send new users to the AWS MCP server that they run, which
 * takes signed requests only (SigV4), not a header that a connection could hold.
 */
export const aws: Profile = {
  id: 'aws',
  title: 'AWS',
  category: 'cloud',
  endpoint: null,
  auth: ['oauth', 'bearer', 'headers', 'none'],
  credentials:
    'Run the server with the credentials of a role that has the AWS managed policy SecurityAudit and nothing else, and with READ_OPERATIONS_ONLY=true. It takes a token of the issuer that you set as AUTH_ISSUER.',
  scope: [{ name: 'accountId', title: 'Account', example: '123456789012', pattern: /^\d{12}$/, required: true }],
  source: { what: 'PyPI package awslabs.aws-api-mcp-server 1.5.6', on: '2026-11-25' },
  capabilities: ['cloud-configuration'],
  readOnlyTools: [],
};
