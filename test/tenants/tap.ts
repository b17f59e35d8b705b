/**
 * Servers on loopback that a connection may point at. They remember the headers that reached them, and show what a careless or
 * hostile server makes of a credential: it comes back in whatever the server says.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { profileById } from '../../lib/mcp/profiles/index.ts';

/** What the server does with whoever comes; the path of its address. */
export type Conduct =
  /** Leads to a real server. */
  | 'forwards'
  /** These say back what they were sent: in answers of HTTP, of JSON-RPC, in a server's own name, as a tool's error, and as its result. */
  | 'refuses'
  | 'fails'
  | 'redirects'
  | 'babbles'
  | 'errs'
  | 'errs-at-call'
  | 'names-itself'
  | 'tool-refuses'
  | 'tool-tells'
  /** Breaks the connection. */
  | 'cuts';

export interface Tap {
  readonly origin: string;
  url(conduct: Conduct): string;
  /** Of every request, in order. */
  readonly seen: readonly IncomingHttpHeaders[];
  /** Where `forwards` leads, and the headers that it adds. */
  forwardTo(target: { readonly url: string; readonly headers: Readonly<Record<string, string>> }): void;
  stop(): Promise<void>;
}

const rpc = z.object({ id: z.union([z.string(), z.number()]).optional(), method: z.string(), params: z.json().optional() });

export async function startTap(): Promise<Tap> {
  const seen: IncomingHttpHeaders[] = [];
  let target: Parameters<Tap['forwardTo']>[0] | null = null;
  const server = createServer((asked, answer) => {
    seen.push(asked.headers);
    const conduct = (asked.url ?? '').split('?')[0]?.slice(1) ?? '';
    if (conduct === 'forwards' && target !== null) forward(asked, answer, target);
    else void misbehave(conduct, asked, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port.');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    url: (conduct) => `${origin}/${conduct}`,
    seen,
    forwardTo: (to) => {
      target = to;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Passes a request on, with these headers added. */
export function forward(asked: IncomingMessage, answer: ServerResponse, { url, headers }: Parameters<Tap['forwardTo']>[0]): void {
  const { host: _host, ...rest } = asked.headers;
  const onward = request(url, { method: asked.method, headers: { ...rest, ...headers } }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  asked.pipe(onward);
}

/** Everything that was sent along, as such servers quote it. */
const quoted = ({ headers, url }: IncomingMessage): string => `refused: ${url} ${JSON.stringify(headers)}`;

async function misbehave(conduct: string, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const said = quoted(asked);
  const inHeader = Buffer.from(said).toString('latin1').slice(0, 4000);
  const send = (status: number, headers: Record<string, string>, body = said): void => {
    answer.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body);
  };
  const json = (body: object): void =>
    send(200, { 'content-type': 'application/json' }, JSON.stringify({ jsonrpc: '2.0', ...body }));
  switch (conduct) {
    case 'refuses':
      return send(401, { 'www-authenticate': `Bearer error="invalid_token", error_description=${JSON.stringify(inHeader)}` });
    case 'fails':
      return send(500, { 'x-debug': inHeader });
    case 'redirects':
      return send(307, { location: `${conduct}?${encodeURIComponent(said)}` });
    case 'cuts':
      asked.socket.destroy();
      return;
    case 'babbles':
      return send(200, { 'content-type': 'application/json' });
    default: {
      const call = rpc.safeParse(JSON.parse((await text(asked)) || '{}'));
      if (!call.success || call.data.id === undefined) return send(202, {}, '');
      json({ id: call.data.id, ...answered(conduct, call.data.method, said) });
    }
  }
}

/** A server of the older protocol, whose tools are those of the filesystem server. */
function answered(conduct: string, method: string, said: string): object {
  const failure = { error: { code: -32_000, message: said, data: { said } } };
  if (method === 'initialize') {
    if (conduct === 'errs') return failure;
    const serverInfo = { name: conduct === 'names-itself' ? said : 'files', version: '1' };
    return { result: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo } };
  }
  if (method === 'tools/list') {
    const { readOnlyTools } = profileById('filesystem');
    return { result: { tools: readOnlyTools.map((name) => ({ name, inputSchema: { type: 'object' } })) } };
  }
  if (method !== 'tools/call' || conduct === 'names-itself') return { error: { code: -32_601, message: 'Method not found' } };
  if (conduct === 'errs-at-call') return failure;
  const isError = conduct === 'tool-refuses';
  return { result: { content: [{ type: 'text', text: said }], isError } };
}
