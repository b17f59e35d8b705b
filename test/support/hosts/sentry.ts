/** Sentry's own MCP server over literals: `search_issues` and `get_sentry_resource`, with the Markdown that @sentry/mcp-server prints. */
import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { refused, type Served, said, serveMcp } from './serve.ts';

export interface SentryIssue {
  readonly id: string;
  readonly title: string;
  /** ISO 8601. */
  readonly firstSeen: string;
  readonly level?: 'fatal' | 'error';
  readonly status?: 'unresolved' | 'resolved' | 'ignored';
  /** A message of the latest event. */
  readonly message?: string;
  /** The details cannot be read. */
  readonly gone?: boolean;
}

const ORGANIZATION = 'acme';

/** `cap`: the most that it lists, whatever is asked for. */
export const serveSentry = (issues: readonly SentryIssue[], { cap = 100 } = {}): Promise<Served> =>
  serveMcp({
    name: 'acme on Sentry',
    profile: 'sentry',
    scope: { organization: ORGANIZATION, project: 'shop' },
    make: (note) => {
      const server = new McpServer({ name: 'Sentry MCP', version: '0.36.0' });
      const annotations = { readOnlyHint: true };
      const searchArgs = z.object({
        organizationSlug: z.string(),
        query: z.string().default('is:unresolved'),
        sort: z.enum(['date', 'freq', 'new', 'user']).default('date'),
        projectSlugOrId: z.string().nullable().default(null),
        limit: z.number().min(1).max(100).default(10),
      });
      server.registerTool(
        'search_issues',
        { description: 'Search for grouped issues', inputSchema: searchArgs, annotations },
        async (args) => {
          note('search_issues', args);
          const { query, limit } = searchArgs.parse(args);
          const found = issues.filter(
            ({ level = 'fatal', status = 'unresolved' }) => query.includes(`is:${status}`) && query.includes(`level:${level}`),
          );
          return said(searched(query, found.slice(0, Math.min(limit, cap))));
        },
      );
      const resourceArgs = z.object({
        resourceType: z.string().optional(),
        resourceId: z.string().optional(),
        organizationSlug: z.string().optional(),
      });
      server.registerTool(
        'get_sentry_resource',
        { description: 'Fetch a Sentry resource', inputSchema: resourceArgs, annotations },
        async (args) => {
          note('get_sentry_resource', args);
          const issue = issues.find(({ id }) => id === args.resourceId);
          return issue === undefined || issue.gone
            ? refused('**Input Error**\n\nThe resource was not found.')
            : said(detailed(issue));
        },
      );
      return server;
    },
  });

function searched(query: string, issues: readonly SentryIssue[]): string {
  const head = `# Search Results for "${query}"\n\n**Suggested presentation:** Cards work well for these issues, with status, assignee, and issue ID links visible.\n\n`;
  if (issues.length === 0)
    return `${head}No issues found matching your search criteria.\n\nTry adjusting your search criteria or time range.`;
  const entries = issues.map(
    ({ id, title, status = 'unresolved' }, index) =>
      `## ${index + 1}. [${id}](https://acme.sentry.io/issues/${id})\n\n**${title}**\n\n- **Status**: ${status}\n- **Users**: 3\n- **Events**: 12\n- **First seen**: 3 days ago\n- **Last seen**: 2 hours ago\n- **Culprit**: \`checkout\`\n\n`,
  );
  return [
    head,
    `**View these results in Sentry**:\nhttps://acme.sentry.io/issues/?query=${encodeURIComponent(query)}\nPlease tell the user this dashboard link is available if they want to open the results in Sentry.\n\n`,
    `Found **${issues.length}** issue${issues.length === 1 ? '' : 's'}:\n\n`,
    ...entries,
    '## Next Steps\n\n- Get more details about a specific issue: Use get_sentry_resource with the issue ID or issue URL\n',
  ].join('');
}

const detailed = ({ id, title, firstSeen, level = 'fatal', status = 'unresolved', message = 'it broke' }: SentryIssue): string =>
  [
    `# Issue ${id} in **${ORGANIZATION}**\n`,
    `**Description**: ${title}\n**Culprit**: checkout`,
    `**First Seen**: ${firstSeen}\n**Last Seen**: 2026-11-25T10:00:00.000Z\n**Occurrences**: 12\n**Users Impacted**: 3\n**Status**: ${status}`,
    `**Platform**: node\n**Project**: shop\n**URL**: https://acme.sentry.io/issues/${id}\n`,
    `## Event Details\n\n**Event ID**: 7ca573c0f4814912aaa9bdc77d1a7d51\n**Type**: error\n**Message**:\n${message}\n`,
    `### Tags\n\n**environment**: production\n**level**: ${level}\n`,
    '## Response Notes\n',
  ].join('\n');
