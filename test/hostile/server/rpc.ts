/** What a server of the older protocol says where it says nothing hostile. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';

const message = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.looseObject({ protocolVersion: z.string().optional() }).optional(),
});
export type Message = z.infer<typeof message>;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly message: Message;
}

export async function readMessage(request: IncomingMessage): Promise<Message> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const parsed = message.safeParse(JSON.parse(Buffer.concat(chunks).toString() || '{}'));
  return parsed.success ? parsed.data : {};
}

export const resultText = ({ message: { id } }: Exchange, result: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id, result });

export function answerJson({ response }: Exchange, text: string | Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

export const textResult = (text: string): object => ({ content: [{ type: 'text', text }] });

const results: Readonly<Record<string, (message: Message) => unknown>> = {
  initialize: ({ params }) => ({
    protocolVersion: params?.protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'server', version: '1' },
  }),
  'tools/list': () => ({ tools: [{ name: 'look', inputSchema: { type: 'object' } }] }),
  'tools/call': () => textResult('seen'),
};

export function behave(exchange: Exchange): void {
  const { message, response } = exchange;
  const result = results[message.method ?? ''];
  if (message.id === undefined) response.writeHead(202).end();
  else if (result !== undefined) answerJson(exchange, resultText(exchange, result(message)));
  else
    answerJson(exchange, JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'no such method' } }));
}
