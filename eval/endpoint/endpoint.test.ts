import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { extractionAnswer } from '../../lib/agents/extraction/answer.ts';
import { type Endpoint, startEndpoint } from './endpoint.ts';

const question = {
  source: 'notes',
  goal: 'look around',
  controls: [],
  tools: [{ name: 'list_notes', description: 'Lists notes.', parameters: { type: 'object', properties: {} } }],
  collected: [],
  seen: [],
  memory: [],
  left: { turns: 3, calls: 5 },
};
const strict = {
  type: 'json_schema',
  json_schema: { name: 'extraction', strict: true, schema: z.toJSONSchema(extractionAnswer) },
} as const;

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await startEndpoint({ timeScale: 0.001 });
});
afterAll(() => endpoint.stop());
beforeEach(() => endpoint.play('good'));

const client = (timeout = 5000) => new OpenAI({ apiKey: 'key', baseURL: endpoint.baseUrl, maxRetries: 0, timeout });
const ask = (model: string, more: { max_completion_tokens?: number } = {}, timeout?: number) =>
  client(timeout).chat.completions.create({
    model,
    response_format: strict,
    messages: [
      { role: 'system', content: 'You collect evidence.' },
      { role: 'user', content: JSON.stringify(question) },
      { role: 'user', content: 'There are 20 seconds left.' },
    ],
    ...more,
  });

describe('what the official client is answered', () => {
  test('an answer, with what it took', async () => {
    const { choices, usage } = await ask('scripted-good');
    expect(choices[0]?.finish_reason).toBe('stop');
    expect(extractionAnswer.parse(JSON.parse(choices[0]?.message.content ?? ''))).toEqual({
      calls: [{ tool: 'list_notes', arguments: '{}' }],
      done: false,
    });
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    expect(endpoint.counts()).toMatchObject({
      calls: 1,
      promptTokens: usage?.prompt_tokens,
      byStage: { extraction: 1, plan: 0 },
    });
  });

  test.each([
    ['refusing', { finish_reason: 'stop', message: { content: null, refusal: expect.stringContaining('sorry') } }],
    ['filtered', { finish_reason: 'content_filter' }],
    ['truncated', { finish_reason: 'length' }],
    ['malformed', { message: { content: expect.stringContaining('Certainly') } }],
  ])('%s arrives as a success', async (part, choice) => {
    expect((await ask(`scripted-${part}`)).choices[0]).toMatchObject(choice);
  });

  test.each([
    ['ratelimited', { status: 429, error: { type: 'rate_limit_exceeded' } }],
    ['failing', { status: 500, error: { type: 'server_error' } }],
    ['locked', { status: 401 }],
    ['cut', { message: 'terminated' }],
  ])('%s is an error', async (part, error) => {
    await expect(ask(`scripted-${part}`)).rejects.toMatchObject(error);
  });

  test('nothing from one that hangs', async () => {
    await expect(ask('scripted-hanging', {}, 100)).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
  });

  test('cut where it was told to end', async () => {
    const { choices, usage } = await ask('scripted-good', { max_completion_tokens: 3 });
    expect(choices[0]?.finish_reason).toBe('length');
    expect(usage?.completion_tokens).toBe(3);
  });

  test('models, and vectors in both formats that lie near each other for like texts', async () => {
    expect((await client().models.list()).data.map(({ id }) => id)).toEqual(['scripted']);
    const input = ['restore the backup', 'the backup was restored', 'suppliers are ranked'];
    const { data } = await client().embeddings.create({ model: 'scripted', input });
    const plain = await client().embeddings.create({ model: 'scripted', input, encoding_format: 'float' });
    expect(data[0]?.embedding[0]).toBeCloseTo(plain.data[0]?.embedding[0] ?? Number.NaN, 5);
    const near = (a: number, b: number) =>
      (data[a]?.embedding ?? []).reduce((sum, value, index) => sum + value * (data[b]?.embedding[index] ?? 0), 0);
    expect(near(0, 1)).toBeGreaterThan(near(0, 2));
  });
});

describe('what it plays', () => {
  test('a part of the name, or what it is told, with exceptions by stage', async () => {
    endpoint.play('hanging,extraction=lazy');
    expect((await ask('scripted')).choices[0]?.message.content).toBe('{"calls":[],"done":true}');
    endpoint.play('good,extraction=refusing');
    expect((await ask('scripted')).choices[0]?.message.refusal).not.toBeNull();
    expect((await ask('scripted-lazy')).choices[0]?.message.content).toBe('{"calls":[],"done":true}');
  });

  test('one that fails only at first, for each question', async () => {
    await expect(ask('scripted-flaky')).rejects.toMatchObject({ status: 500 });
    expect((await ask('scripted-flaky')).choices[0]?.finish_reason).toBe('stop');
    endpoint.play('good');
    await expect(ask('scripted-flaky')).rejects.toMatchObject({ status: 500 });
  });

  test('nothing that nobody wrote', () => {
    expect(() => endpoint.play('brilliant')).toThrow(/no personality is called 'brilliant'/);
    expect(() => endpoint.play('good,dessert=lazy')).toThrow(/no stage is called 'dessert'/);
  });
});

describe('what it refuses', () => {
  test('a schema that is not strict', async () => {
    const open = { name: 'extraction', strict: true, schema: { type: 'object', properties: { a: {} }, required: ['a'] } };
    const request = client().chat.completions.create({
      model: 'scripted-good',
      response_format: { type: 'json_schema', json_schema: open },
      messages: [{ role: 'user', content: JSON.stringify(question) }],
    });
    await expect(request).rejects.toMatchObject({ status: 400, message: expect.stringContaining('additionalProperties') });
  });

  test('any schema, where it knows none; the question is told from the document then', async () => {
    const older = await startEndpoint({ withoutSchemas: true });
    try {
      const chat = new OpenAI({ apiKey: 'key', baseURL: older.baseUrl, maxRetries: 0 }).chat.completions;
      const messages = [{ role: 'user' as const, content: JSON.stringify(question) }];
      await expect(chat.create({ model: 'scripted-good', messages, response_format: strict })).rejects.toMatchObject({
        status: 400,
      });
      const { choices } = await chat.create({ model: 'scripted-good', messages, response_format: { type: 'json_object' } });
      expect(choices[0]?.message.content).toContain('list_notes');
    } finally {
      await older.stop();
    }
  });

  test('a request without a key', async () => {
    const response = await fetch(`${endpoint.baseUrl}/models`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });
});
