/** An endpoint that speaks the chat completions protocol over real sockets and says what a test tells it to, in order. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { openEndpoint } from './endpoint.ts';

const body = z.looseObject({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.looseObject({ type: z.string() }).optional(),
});

export interface Heard {
  readonly body: z.infer<typeof body>;
  readonly headers: IncomingHttpHeaders;
  /** Milliseconds of the process's clock. */
  readonly at: number;
  /** Whether the caller went away before it was answered. */
  isGone: boolean;
}

export type Act = (response: ServerResponse, heard: Heard) => void;

const json = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
};

interface Said {
  readonly refusal?: string;
  readonly finish?: string;
  readonly usage?: unknown;
}

const completion = (content: string | null, { refusal, finish = 'stop', usage }: Said) => ({
  ...{ id: 'c', object: 'chat.completion', created: 0, model: 'scripted' },
  choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content, refusal: refusal ?? null } }],
  ...(usage === undefined ? {} : { usage }),
});

/** What an endpoint may do with a request. */
export const acts = {
  says:
    (content: string | null, said: Said = {}): Act =>
    (response) =>
      json(response, 200, completion(content, said)),
  refuses:
    (status: number, message = 'no', headers: Record<string, string> = {}): Act =>
    (response) =>
      json(response, status, { error: { message, type: 'error', code: null } }, headers),
  sends:
    (text: string, type = 'application/json'): Act =>
    (response) => {
      response.writeHead(200, { 'content-type': type }).end(text);
    },
  hangs: (): Act => () => undefined,
  /** Headers and half an answer, and then nothing. */
  stalls: (): Act => (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices":[');
  },
  /** Promises more bytes than it sends. */
  cutsOff: (): Act => (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' }).write('{"choices":[');
    setTimeout(() => response.destroy(), 20);
  },
  resets: (): Act => (response) => response.socket?.resetAndDestroy(),
} as const;

export interface Scripted {
  readonly baseUrl: string;
  readonly heard: Heard[];
  /** A fresh one: nothing is remembered of what it takes. */
  endpoint(): ReturnType<typeof openEndpoint>;
  /** What it does with the next requests; the last goes on for ever. Forgets what it heard. */
  script(...script: readonly Act[]): void;
  close(): void;
}

export async function openScripted(): Promise<Scripted> {
  const heard: Heard[] = [];
  let acting: readonly Act[] = [acts.hangs()];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const read = body.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      const one: Heard = { body: read, headers: request.headers, at: performance.now(), isGone: false };
      response.on('close', () => {
        one.isGone = !response.writableFinished;
      });
      const act = acting[Math.min(heard.length, acting.length - 1)];
      heard.push(one);
      act?.(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;
  return {
    baseUrl,
    heard,
    endpoint: () => openEndpoint({ apiKey: 'key', baseUrl, model: 'scripted' }),
    script: (...script) => {
      acting = script;
      heard.length = 0;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
