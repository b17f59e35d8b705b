/**
 * An MCP server of either protocol that says a word again and counts what it is asked. `server-child.ts older|modern`. Tells its
 * parent its port; asked with any message, tells how often each method came since it was last asked.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Counted, Listening } from './protocol.ts';

function wordServer(): McpServer {
  const server = new McpServer({ name: 'echo', version: '1' });
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, ({ text }) => ({
    content: [{ type: 'text', text }],
  }));
  return server;
}

const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
async function sessionOf(id: string): Promise<NodeStreamableHTTPServerTransport> {
  const known = sessions.get(id);
  if (known !== undefined) return known;
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    enableJsonResponse: true,
    onsessioninitialized: (made) => void sessions.set(made, transport),
  });
  await wordServer().connect(transport);
  return transport;
}

const isOlder = process.argv[2] === 'older';
const modern = toNodeHandler(createMcpHandler(wordServer, { legacy: 'reject' }));
const message = z.looseObject({ method: z.string() });
let counts: Record<string, number> = {};

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return response.writeHead(405).end();
  const body: unknown = await json(request);
  const { method } = message.parse(body);
  counts[method] = (counts[method] ?? 0) + 1;
  // As a server that has never heard of it.
  if (isOlder && method === 'server/discover') return response.writeHead(400).end();
  if (isOlder) await (await sessionOf(String(request.headers['mcp-session-id'] ?? ''))).handleRequest(request, response, body);
  else await modern(Object.assign(request, { method: 'POST', url: request.url ?? '/' }), response, body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port.');
  process.send?.({ port: address.port } satisfies Listening);
});
process.on('message', () => {
  process.send?.({ counts } satisfies Counted);
  counts = {};
});
process.on('disconnect', () => process.exit(0));
