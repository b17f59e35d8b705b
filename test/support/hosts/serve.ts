/** An MCP server of a test on loopback, as a source of a run. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server';
import type { ScopedSource } from '../stack.ts';

export interface Served extends ScopedSource {
  /** What was called, in order. */
  readonly calls: readonly { readonly tool: string; readonly args: unknown }[];
}

export interface ServeOptions {
  readonly name: string;
  readonly profile: string;
  readonly scope: Readonly<Record<string, string>>;
  /** Registers the tools; `note` keeps each call. */
  readonly make: (note: (tool: string, args: unknown) => void) => McpServer;
}

const TOKEN = 'token-of-the-test';

export async function serveMcp({ name, profile, scope, make }: ServeOptions): Promise<Served> {
  const calls: { tool: string; args: unknown }[] = [];
  const { fetch } = createMcpHandler(() => make((tool, args) => calls.push({ tool, args })));
  const server = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return void response.writeHead(401).end();
    answer(fetch, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const bridge = { url: `${origin}/mcp`, origin, headers, pid: process.pid, kill: () => server.closeAllConnections(), stop };
  return { name, profile, scope, bridge, calls };
}

type Fetch = ReturnType<typeof createMcpHandler>['fetch'];

async function answer(fetch: Fetch, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const body = request.method === 'POST' ? new Uint8Array(await buffer(request)) : null;
  const url = `http://${request.headers.host}${request.url}`;
  const answered = await fetch(new Request(url, { method: request.method ?? 'GET', headers, body }));
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  for await (const chunk of answered.body ?? []) response.write(chunk);
  response.end();
}

/** What a tool answers: text, or that it refused. */
export const said = (value: unknown) => ({
  content: [{ type: 'text' as const, text: typeof value === 'string' ? value : JSON.stringify(value) }],
});
export const refused = (reason: string) => ({ ...said(reason), isError: true });
