/** In the event stream that answers a call. */
import { drip, flood } from './endless.ts';
import { calling, type Personality, stream } from './personality.ts';
import { type Exchange, resultText, textResult } from './rpc.ts';

const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const notify = (params: object): object => ({ jsonrpc: '2.0', method: 'notifications/progress', params });
const progressToken = ({ message }: Exchange): unknown =>
  Reflect.get(Object(message.params?.['_meta']), 'progressToken') ?? message.id;

export const streams = {
  'an endless stream': calling(({ response }) => flood(response.writeHead(200, stream), ': nothing\n\n'.repeat(100))),
  'an endless line': calling(({ response }) =>
    flood(response.writeHead(200, stream).flushHeaders() ?? response, 'data: '.repeat(10_000)),
  ),
  'many small events': calling(({ response }) => flood(response.writeHead(200, stream), 'data: {}\n\n'.repeat(1_000))),
  'carriage returns': calling(({ response }) => flood(response.writeHead(200, stream), `${'\n'.repeat(65_535)}\r`)),
  'progress for ever': calling((exchange) => {
    const token = progressToken(exchange);
    drip(exchange.response.writeHead(200, stream), (progress) => event(notify({ progressToken: token, progress })), 20);
  }),
  'pings for ever': calling(({ response }) => {
    drip(response.writeHead(200, stream), (id) => event({ jsonrpc: '2.0', id, method: 'ping' }), 5);
  }),
  'a storm of pings': calling(({ response }) => {
    const pings = Array.from({ length: 1_000 }, (_, id) => event({ jsonrpc: '2.0', id, method: 'ping' })).join('');
    response.writeHead(200, stream).write(pings);
  }),
  'the same answer many times': calling((exchange) => {
    exchange.response.writeHead(200, stream).end(`data: ${resultText(exchange, textResult('seen'))}\n\n`.repeat(900));
  }),
  'a stream that ends early': calling(({ response }) => response.writeHead(200, stream).end(': nothing\n\n')),
} as const satisfies Readonly<Record<string, Personality>>;
