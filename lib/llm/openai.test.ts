import { createServer, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openModel } from './openai.ts';

/** A scripted endpoint that speaks the chat completions protocol; the model's name chooses the personality. */
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString('utf8');
  });
  request.on('end', () => answer(String(z.object({ model: z.string() }).parse(JSON.parse(body)).model), response));
});

function answer(personality: string, response: ServerResponse): void {
  const complete = (message: object, finish = 'stop'): void => {
    response.setHeader('content-type', 'application/json');
    const choice = { index: 0, finish_reason: finish, message: { role: 'assistant', content: null, refusal: null, ...message } };
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 0, model: personality, choices: [choice] }));
  };
  const refuse = (status: number, headers: Record<string, string>): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{}');
  };
  // 'hanging' is not among them: it never answers.
  const personalities: Readonly<Record<string, () => void>> = {
    good: () => complete({ content: '{"ready":true}' }),
    refusing: () => complete({ refusal: 'no' }),
    cut: () => complete({ content: '{"ready":' }, 'length'),
    filtered: () => complete({ content: '' }, 'content_filter'),
    garbage: () => complete({ content: 'certainly!' }),
    wrong: () => complete({ content: '{"ready":"perhaps"}' }),
    busy: () => refuse(429, { 'retry-after': '7' }),
    locked: () => refuse(401, {}),
  };
  personalities[personality]?.();
}

let baseUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (model: string, signal = new AbortController().signal) => {
  const opened = openModel({ apiKey: 'key', baseUrl, model });
  if (opened === null) throw new Error('no model');
  return opened.askFor({
    schema: z.object({ ready: z.boolean() }),
    name: 'ready',
    messages: [{ role: 'user', content: 'Ready?' }],
    timeoutMs: 300,
    signal,
  });
};

describe('an OpenAI-compatible endpoint', () => {
  test('a good answer is what the schema says', async () => {
    expect(await ask('good')).toEqual({ ready: true });
  });

  test.each([
    ['refusing', 'ModelRefused'],
    ['cut', 'ModelTruncated'],
    ['filtered', 'ModelFiltered'],
    ['garbage', 'ModelWrongShape'],
    ['wrong', 'ModelWrongShape'],
    ['busy', 'ModelRateLimited'],
    ['locked', 'ModelUnavailable'],
    ['hanging', 'ModelTimedOut'],
  ])('%s is %s, by name', async (model, name) => {
    await expect(ask(model)).rejects.toMatchObject({ name });
  });

  test('an abort ends the question with its own reason', async () => {
    await expect(ask('hanging', AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('without a key or a model there is none', () => {
    expect(openModel({ apiKey: null, baseUrl, model: 'good' })).toBeNull();
    expect(openModel({ apiKey: 'key', baseUrl, model: null })).toBeNull();
  });
});
