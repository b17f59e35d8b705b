/** An OpenAI-compatible endpoint on loopback that plays a part: which one, the request's `model` says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as bodyOf } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { partOf } from '../personalities/index.ts';
import type { Asked } from './asked.ts';
import { give, hear, type Outgoing } from './chat.ts';
import { parseJson } from './json.ts';
import { countsOf, type EndpointCounts, type EndpointRequest } from './record.ts';
import { base64Of, embedding, embeddingsRequest, errorBody, tokensIn, usageOf } from './wire.ts';

export interface Endpoint {
  /** What OPENAI_BASE_URL takes. */
  readonly baseUrl: string;
  /** In the order in which they came. */
  readonly requests: readonly EndpointRequest[];
  counts(): EndpointCounts;
  /** What the model `scripted` plays from now on, and nothing was asked or counted yet. @throws Error when nothing has such a name */
  play(part: string): void;
  stop(): Promise<void>;
}

export interface EndpointOptions {
  /** What the model `scripted` plays: `good`, or `good,section=hanging`. Of any other, the name says it: `scripted-good`. */
  readonly part?: string;
  readonly latencyMs?: number;
  /** Shrinks the times that a slow part takes, as TIME_SCALE shrinks those that it is given. */
  readonly timeScale?: number;
  /** As some compatible servers: a response format with a schema is refused. */
  readonly withoutSchemas?: boolean;
}

export async function startEndpoint(options: EndpointOptions = {}): Promise<Endpoint> {
  const scene = openScene(options);
  const server = createServer((request, response) => {
    serve(scene, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, 500, errorBody(String(error), 'server_error'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port.');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    requests: scene.requests,
    counts: () => countsOf(scene.requests),
    play: scene.play,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function openScene(options: EndpointOptions) {
  const requests: EndpointRequest[] = [];
  const timesAsked = new Map<string, number>();
  let part = options.part ?? 'good';
  return {
    options,
    requests,
    personalityOf: (model: string) => partOf(model === 'scripted' ? part : model.replace(/^scripted-/, '')),
    /** How often the model was asked the same before. */
    before(model: string, asked: Asked): number {
      const key = `${model}\n${JSON.stringify(asked)}`;
      const count = timesAsked.get(key) ?? 0;
      timesAsked.set(key, count + 1);
      return count;
    },
    play(wanted: string): void {
      partOf(wanted);
      part = wanted;
      timesAsked.clear();
      requests.length = 0;
    },
  };
}
type Scene = ReturnType<typeof openScene>;

async function serve(scene: Scene, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url: path = '', headers } = request;
  const authorization = headers.authorization ?? null;
  const seen = { path, authorization, atMs: Date.now(), body: await bodyOf(request) };
  if (!/^Bearer \S/.test(authorization ?? '')) {
    send(response, 401, errorBody("You didn't provide an API key.", 'invalid_request_error'));
  } else if (method === 'GET' && path === '/v1/models') {
    send(response, 200, { object: 'list', data: [{ id: 'scripted', object: 'model', created: 0, owned_by: 'assay' }] });
  } else if (method === 'POST' && path === '/v1/embeddings') embed(scene, seen, response);
  else if (method === 'POST' && path === '/v1/chat/completions') await chat(scene, seen, response);
  else send(response, 404, errorBody(`Invalid URL (${method} ${path})`, 'invalid_request_error'));
}

type Seen = Pick<EndpointRequest, 'path' | 'authorization' | 'atMs' | 'body'>;

function embed({ requests }: Scene, seen: Seen, response: ServerResponse): void {
  const parsed = embeddingsRequest.safeParse(parseJson(seen.body));
  if (!parsed.success) {
    send(response, 400, errorBody(parsed.error.message, 'invalid_request_error'));
    return;
  }
  const { model, input, encoding_format: format } = parsed.data;
  const usage = { promptTokens: input.reduce((sum, one) => sum + tokensIn(one), 0), completionTokens: 0 };
  requests.push({ ...seen, ...usage, model, asked: null, reply: null });
  const data = input.map(embedding).map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: format === 'base64' ? base64Of(vector) : vector,
  }));
  send(response, 200, { object: 'list', model, data, usage: usageOf(usage) });
}

async function chat(scene: Scene, seen: Seen, response: ServerResponse): Promise<void> {
  const { latencyMs = 0, timeScale = 1, withoutSchemas = false } = scene.options;
  const heard = hear(seen.body, { withoutSchemas });
  if ('problem' in heard) {
    const { problem, asked, model, promptTokens } = heard;
    scene.requests.push({ ...seen, asked, model, promptTokens, completionTokens: 0, reply: null });
    send(response, 400, problem);
    return;
  }
  const { asked, request, promptTokens } = heard;
  const reply = scene.personalityOf(request.model)(asked, scene.before(request.model, asked));
  const { outgoing, usage } = give(reply, request, promptTokens);
  // Before it waits: what nobody waits for was asked all the same.
  scene.requests.push({ ...seen, ...usage, asked, model: request.model, reply: reply.kind });
  await wait(latencyMs + (reply.afterMs ?? 0) * timeScale, response);
  deliver(outgoing, response);
}

function deliver(outgoing: Outgoing, response: ServerResponse): void {
  switch (outgoing.kind) {
    case 'hang':
      return;
    case 'drip':
    case 'break-off':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4096' });
      response.write('{"id":"chatcmpl-', () => void (outgoing.kind === 'break-off' && response.destroy()));
      return;
    case 'json':
      send(response, outgoing.status, outgoing.body, outgoing.headers);
  }
}

/** Ends early when nobody waits any longer. */
async function wait(ms: number, response: ServerResponse): Promise<void> {
  if (ms <= 0) return;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await pause(ms, undefined, { signal: gone.signal }).catch(() => undefined);
}

function send(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
