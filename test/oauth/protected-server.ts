/** A real MCP server behind an authorisation server: answers who brings a token that was given for it. */
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import type { OAuthAuthority, Override } from './authority.ts';
import { type Answering, json, type Loopback, listen } from './loopback.ts';

export interface ProtectedServer extends Loopback {
  /** `<origin>/mcp` */
  readonly mcpUrl: string;
  /** Changes of its protected resource metadata; undefined removes an entry. */
  metadata: Record<string, unknown>;
  /** Instead of its WWW-Authenticate header. */
  challenge: string | null;
  readonly overrides: Map<string, Override>;
  /** Every Authorization header that arrived; '' where there was none. */
  readonly authorizations: string[];
}

function helloServer(): Answering {
  const handler = toNodeHandler(
    createMcpHandler(() => {
      const server = new McpServer({ name: 'guarded', version: '1' });
      server.registerTool('whoami', { description: 'Says hello.' }, async () => ({ content: [{ type: 'text', text: 'hello' }] }));
      return server;
    }),
  );
  return (request, response) =>
    handler(Object.assign(request, { method: request.method ?? 'GET', url: request.url ?? '/' }), response);
}

const METADATA = '/.well-known/oauth-protected-resource/mcp';

/** `behind` answers whoever brought a token that is accepted; a server with one tool unless given. */
export async function startProtectedServer(
  authority: Pick<OAuthAuthority, 'url' | 'accepts'>,
  behind: Answering = helloServer(),
): Promise<ProtectedServer> {
  const { url, heard, stop } = await listen(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://server').pathname;
    if (await guarded.overrides.get(path)?.(request, response)) return;
    if (path === METADATA) {
      return json(response, 200, { resource: guarded.mcpUrl, authorization_servers: [authority.url], ...guarded.metadata });
    }
    if (path !== '/mcp') return response.writeHead(404).end();
    const { authorization = '' } = request.headers;
    guarded.authorizations.push(authorization);
    if (authority.accepts(/^Bearer (\S+)$/.exec(authorization)?.[1], guarded.mcpUrl)) return behind(request, response);
    const challenge = guarded.challenge ?? `Bearer resource_metadata="${url}${METADATA}", scope="read:things"`;
    return response.writeHead(401, { 'www-authenticate': challenge }).end();
  });
  const guarded: ProtectedServer = {
    url,
    heard,
    stop,
    mcpUrl: `${url}/mcp`,
    metadata: {},
    challenge: null,
    overrides: new Map(),
    authorizations: [],
  };
  return guarded;
}
