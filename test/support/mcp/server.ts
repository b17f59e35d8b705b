/** MCP servers on loopback, made by the SDKs that most servers are made by; they remember what they were asked. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer as OlderServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { afterAll } from 'vitest';
import * as z from 'zod';

/** `sessions` and `stateless` are SDK 1.x; `modern` is SDK 2.x, which speaks both protocols; `modern-only` refuses the older one. */
export type Kind = 'sessions' | 'stateless' | 'modern' | 'modern-only';

export interface Seen {
  /** `POST`, `GET`, `DELETE`. */
  readonly http: string;
  /** The JSON-RPC method; null where there is none. */
  readonly method: string | null;
  readonly headers: IncomingMessage['headers'];
  readonly id: unknown;
  /** What the client answered the server. */
  readonly result: unknown;
}

export interface McpTestServer {
  readonly url: string;
  readonly origin: string;
  readonly seen: Seen[];
  /** JSON-RPC methods in order, but for notifications. */
  methods(): string[];
  /** Answers a request itself: true. */
  intercept: (seen: Seen, response: ServerResponse) => boolean | Promise<boolean>;
  /** As after a restart: no session is known any more. */
  forgetSessions(): void;
  stop(): Promise<void>;
}

const message = z.looseObject({ method: z.string().optional(), id: z.unknown().optional(), result: z.unknown().optional() });

export interface ServerTools {
  /** Added to `echo`; all answer with their `text`, `later` after a few milliseconds. */
  readonly tools?: readonly string[];
  /** Adds others, of a server of SDK 1.x or of SDK 2.x. */
  readonly older?: (server: OlderServer) => void;
  readonly modern?: (server: McpServer) => void;
}

/** Stopped after the file's last test. */
export async function startMcpServer(kind: Kind, tools: ServerTools = {}): Promise<McpTestServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const answer = makerOf(kind, sessions, tools);
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const text = (await buffer(request)).toString('utf8');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const { method, id, result } = body === undefined ? {} : message.parse(body);
    const one: Seen = { http: request.method ?? '', method: method ?? null, headers: request.headers, id, result };
    seen.push(one);
    try {
      if (!(await running.intercept(one, response))) await answer(request, response, body);
    } catch (error) {
      if (!response.headersSent) response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port.');
  const origin = `http://127.0.0.1:${address.port}`;
  const running: McpTestServer = {
    url: `${origin}/mcp`,
    origin,
    seen,
    methods: () => seen.flatMap(({ method, id }) => (method === null || id === undefined ? [] : [method])),
    intercept: () => false,
    forgetSessions: () => sessions.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  afterAll(() => running.stop());
  return running;
}

type Handle = (request: IncomingMessage, response: ServerResponse, body: unknown) => Promise<void>;

function makerOf(kind: Kind, sessions: Map<string, StreamableHTTPServerTransport>, tools: ServerTools): Handle {
  switch (kind) {
    case 'sessions':
      return async (request, response, body) => {
        const id = String(request.headers['mcp-session-id'] ?? '');
        const known = sessions.get(id);
        if (known === undefined && id !== '') return refuse(response, 404, 'Session not found');
        const transport = known ?? (await withSession(sessions, tools));
        await transport.handleRequest(request, response, body);
      };
    case 'stateless':
      return async (request, response, body) => {
        const transport = new StreamableHTTPServerTransport();
        await connect(olderServer(tools), transport);
        await transport.handleRequest(request, response, body);
      };
    case 'modern':
    case 'modern-only': {
      const handler = createMcpHandler(() => modernServer(tools), kind === 'modern' ? {} : { legacy: 'reject' });
      const node = toNodeHandler(handler);
      return async (request, response, body) =>
        void (await node(Object.assign(request, { method: request.method ?? 'GET', url: request.url ?? '/' }), response, body));
    }
  }
}

async function withSession(
  sessions: Map<string, StreamableHTTPServerTransport>,
  tools: ServerTools,
): Promise<StreamableHTTPServerTransport> {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await connect(olderServer(tools), transport);
  return transport;
}

/** SDK 1's own transport is not assignable to its own interface under exact optional types. */
const connect = (server: OlderServer, transport: object): Promise<void> =>
  server.connect(transport as Parameters<OlderServer['connect']>[0]);

function refuse(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_001, message: text } }));
}

/** So that answers come in another order than requests. */
const LATER_MS = 20;

async function echoedLater(said: { readonly text: string }) {
  await pause(Math.random() * LATER_MS);
  return echoed(said);
}
const handlerOf = (tool: string) => (tool === 'later' ? echoedLater : echoed);

const echoed = ({ text }: { readonly text: string }) => ({ content: [{ type: 'text' as const, text }] });
const description = 'Says it again.';

function olderServer({ tools = [], older }: ServerTools): OlderServer {
  const server = new OlderServer({ name: 'older', version: '1.2.3' });
  for (const name of ['echo', ...tools])
    server.registerTool(name, { description, inputSchema: { text: z.string() } }, handlerOf(name));
  older?.(server);
  return server;
}

function modernServer({ tools = [], modern }: ServerTools): McpServer {
  const server = new McpServer({ name: 'modern', version: '4.5.6' });
  for (const name of ['echo', ...tools])
    server.registerTool(name, { description, inputSchema: z.object({ text: z.string() }) }, handlerOf(name));
  modern?.(server);
  return server;
}
