/** Linear's own MCP server over literals: `list_issues`, with its arguments and answers. */
import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type Served, said, serveMcp } from './serve.ts';

export interface LinearTicket {
  readonly id: string;
  readonly priority: 'Urgent' | 'High' | 'Medium' | 'Low' | 'No priority';
  readonly statusType: 'triage' | 'backlog' | 'started' | 'completed' | 'canceled';
  readonly createdAt: string;
  readonly dueDate: string | null;
  readonly labels?: readonly string[];
}

/** `pageInfo: false`: it says of no page whether there is another. */
export const serveLinear = (tickets: readonly LinearTicket[], { pageInfo = true } = {}): Promise<Served> =>
  serveMcp({
    name: 'acme on Linear',
    profile: 'linear',
    scope: { team: 'Shop', label: 'Security' },
    make: (note) => {
      const server = new McpServer({ name: 'linear-mcp', version: '1.0.0' });
      const inputSchema = z.object({
        team: z.string().optional(),
        label: z.string().optional(),
        limit: z.int().max(250).optional(),
        after: z.string().optional(),
      });
      server.registerTool(
        'list_issues',
        { description: 'List issues', inputSchema, annotations: { readOnlyHint: true } },
        async (args) => {
          note('list_issues', args);
          const { label = '', limit = 50, after } = args;
          const found = tickets.filter(({ labels = ['Security'] }) => labels.includes(label));
          const from = after === undefined ? 0 : found.findIndex(({ id }) => id === after) + 1;
          const page = found.slice(from, from + limit);
          const hasNextPage = from + limit < found.length;
          const info = { hasNextPage, ...(hasNextPage ? { cursor: page.at(-1)?.id } : {}) };
          return said({ issues: page.map(printed), ...(pageInfo ? info : {}) });
        },
      );
      return server;
    },
  });

const priorities = ['No priority', 'Urgent', 'High', 'Medium', 'Low'];

const printed = ({ id, priority, statusType, createdAt, dueDate, labels = ['Security'] }: LinearTicket) => ({
  ...{ id, title: `Fix ${id}`, description: 'As reported.', priority: { value: priorities.indexOf(priority), name: priority } },
  ...{
    url: `https://linear.app/acme/issue/${id}`,
    createdAt,
    updatedAt: createdAt,
    archivedAt: null,
    completedAt: null,
    dueDate,
  },
  ...{ status: 'Some name', statusType, labels, createdBy: 'Ann', team: 'Shop' },
});
