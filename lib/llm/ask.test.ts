import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { assessmentAnswer } from '../agents/assessment/answer.ts';
import { ask } from './ask.ts';
import type { Endpoint } from './endpoint.ts';
import { type Act, acts, openScripted, type Scripted } from './scripted.fixture.ts';

let scripted: Scripted;
beforeAll(async () => {
  scripted = await openScripted();
});
afterAll(() => scripted.close());

const { says, refuses, sends, hangs, stalls, cutsOff, resets } = acts;
const schema = z.object({ ready: z.boolean(), why: z.string().optional() });
const question = { kind: 'plan', name: 'ready', schema, messages: [{ role: 'user', content: 'Ready?' }] } as const;
const right = says('{"ready":true}');

async function asked(
  script: readonly Act[],
  { ms = 1_500, endpoint = scripted.endpoint(), signal = new AbortController().signal } = {},
) {
  scripted.script(...script);
  const from = performance.now();
  const outcome = await ask(endpoint, question, { deadlineMs: Date.now() + ms, signal }).then(
    (answered) => ({ ...answered, error: null }),
    (error: unknown) => ({ value: null, used: null, error }),
  );
  return { ...outcome, tries: scripted.heard.length, tookMs: performance.now() - from };
}

describe('an answer', () => {
  test('is what the schema says, asked for strictly, within the length of its kind', async () => {
    const { value, tries } = await asked([right]);
    expect(value).toEqual({ ready: true });
    expect(tries).toBe(1);
    const { body } = scripted.heard[0] ?? expect.fail('nothing was asked');
    expect(body).toMatchObject({ model: 'scripted', response_format: { type: 'json_schema', json_schema: { strict: true } } });
    expect(body['max_completion_tokens']).toBeGreaterThan(1_000);
  });

  test('costs what the endpoint counted, and an estimate where it does not count', async () => {
    const counted = await asked([says('{"ready":true}', { usage: { prompt_tokens: 7, completion_tokens: 5 } })]);
    expect(counted.used).toEqual({ promptTokens: 7, completionTokens: 5, finishReason: 'stop' });
    const estimated = await asked([says('{"ready":true}', { usage: { prompt_tokens: 'many', completion_tokens: -3 } })]);
    expect(estimated.used).toEqual({ promptTokens: 2, completionTokens: 4, finishReason: 'stop' });
  });

  test('with lists, nulls and enumerations is asked for in the dialect of strict mode', async () => {
    scripted.script(says('{"findings":[],"proposals":[]}'));
    const deadlineMs = Date.now() + 1_000;
    const deep = { ...question, schema: assessmentAnswer, name: 'assessment' };
    await ask(scripted.endpoint(), deep, { deadlineMs, signal: new AbortController().signal });
    const objects: Record<string, unknown>[] = [];
    JSON.stringify(scripted.heard[0]?.body.response_format, (_, value) => {
      if (value?.type === 'object') objects.push(value);
      return value;
    });
    expect(objects.length).toBeGreaterThan(3);
    for (const { properties, required, additionalProperties } of objects) {
      expect(additionalProperties).toBe(false);
      expect(required).toEqual(Object.keys(z.record(z.string(), z.unknown()).parse(properties)));
    }
  });
});

describe('an answer that does not fit', () => {
  test.each([
    ['is no JSON', says('certainly!')],
    ['is cut short', says('{"ready":')],
    ['is of another shape', says('{"ready":"perhaps, SECRET"}')],
    ['is empty', says(null)],
    ['is a list', says('[]')],
  ])('%s: asked once more, told where, not what', async (_, wrong) => {
    const { value, tries } = await asked([wrong, right]);
    expect(value).toEqual({ ready: true });
    expect(tries).toBe(2);
    const last = scripted.heard[1]?.body.messages.at(-1);
    expect(last?.content).toMatch(/no JSON|does not fit the schema at (ready|the whole)/);
    expect(last?.content).not.toContain('SECRET');
  });

  test('twice is given up, and both answers were paid for', async () => {
    const wrong = says('{}', { usage: { prompt_tokens: 10, completion_tokens: 1 } });
    const { error, tries } = await asked([wrong]);
    expect(error).toMatchObject({ name: 'ModelWrongShape', used: { promptTokens: 20, completionTokens: 2 } });
    expect(tries).toBe(2);
  });

  test('in a code block is read', async () => {
    expect((await asked([says('```json\n{"ready":true}\n```')])).value).toEqual({ ready: true });
  });
});

describe('no answer', () => {
  test.each([
    ['a refusal', says(null, { refusal: 'no' }), 'ModelRefused'],
    ['an answer cut at its length', says('{"ready":', { finish: 'length' }), 'ModelTruncated'],
    ['a content filter', says('', { finish: 'content_filter' }), 'ModelFiltered'],
    ['a wrong key', refuses(401), 'ModelUnavailable'],
    ['an unknown model', refuses(404), 'ModelUnavailable'],
    ['a request that is too long', refuses(400, 'maximum context length'), 'ModelUnavailable'],
  ])('%s is final, by name', async (_, act, name) => {
    const { error, tries } = await asked([act]);
    expect(error).toMatchObject({ name });
    expect(tries).toBe(1);
  });

  test.each([
    ['429', refuses(429)],
    ['529', refuses(529)],
    ['500', refuses(500)],
    ['503', refuses(503)],
    ['a reset connection', resets()],
    ['a stream that is cut', cutsOff()],
    ['garbage instead of the protocol', sends('<html>busy</html>')],
    ['a page', sends('<html>busy</html>', 'text/html')],
    ['JSON of another kind', sends('null')],
    ['an answer without a choice', sends('{"choices":[]}')],
  ])('%s is tried again', async (_, act) => {
    const { value, tries } = await asked([act, right]);
    expect(value).toEqual({ ready: true });
    expect(tries).toBe(2);
  });

  test('retries are bounded', async () => {
    const { error, tries } = await asked([refuses(503)], { ms: 20_000 });
    expect(error).toMatchObject({ name: 'ModelUnavailable' });
    expect(tries).toBe(4);
  });

  test.each<Record<string, string>>([{ 'retry-after': '1' }, { 'retry-after-ms': '1000', 'retry-after': '2' }])(
    '%o is waited for when there is time',
    async (headers) => {
      const { value } = await asked([refuses(429, 'slow down', headers), right], { ms: 5_000 });
      expect(value).toEqual({ ready: true });
      const [first, second] = scripted.heard;
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(990);
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(1_900);
    },
  );

  test.each([
    ['seconds', '7'],
    ['a date', new Date(Date.now() + 60_000).toUTCString()],
  ])('retry-after beyond the deadline, in %s, is not waited for', async (_, value) => {
    const { error, tries, tookMs } = await asked([refuses(429, 'slow down', { 'retry-after': value })]);
    expect(error).toMatchObject({ name: 'ModelRateLimited' });
    expect(tries).toBe(1);
    expect(tookMs).toBeLessThan(1_000);
  });
});

describe('the deadline', () => {
  test.each([
    ['an endpoint that never answers', hangs()],
    ['an answer that stalls half way', stalls()],
  ])('ends %s, and the request with it', async (_, act) => {
    const { error, tries, tookMs } = await asked([act], { ms: 300 });
    expect(error).toMatchObject({ name: 'ModelTimedOut' });
    expect(tries).toBe(1);
    expect(tookMs).toBeLessThan(1_200);
    await expect.poll(() => scripted.heard[0]?.isGone).toBe(true);
  });

  test('holds over the repair', async () => {
    const { error, tries, tookMs } = await asked([says('{}'), hangs()], { ms: 400 });
    expect(error).toMatchObject({ name: 'ModelTimedOut' });
    expect(tries).toBe(2);
    expect(tookMs).toBeLessThan(1_300);
  });

  test.each([
    ['a question', hangs()],
    ['half an answer', stalls()],
    ['a pause between tries', refuses(429, 'later', { 'retry-after': '5' })],
  ])('an abort ends %s with its own reason', async (_, act) => {
    const reason = new Error('given up');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 150);
    const { error, tookMs } = await asked([act], { ms: 20_000, signal: controller.signal });
    expect(error).toBe(reason);
    expect(tookMs).toBeLessThan(1_200);
  });
});

describe('endpoints that know less', () => {
  const unknownFormat =
    (...known: readonly (string | undefined)[]): Act =>
    (response, heard) =>
      known.includes(heard.body.response_format?.type)
        ? right(response, heard)
        : refuses(400, "'response_format' of this type is not supported")(response, heard);
  const formatsHeard = () => scripted.heard.map(({ body }) => body.response_format?.type ?? 'none');

  test.each([
    ['no schema', unknownFormat('json_object'), ['json_schema', 'json_object']],
    ['no response_format', unknownFormat(undefined), ['json_schema', 'json_object', 'none']],
  ])('%s: the schema is told in words, and that is remembered', async (_, act, formats) => {
    const endpoint: Endpoint = scripted.endpoint();
    expect((await asked([act], { endpoint })).value).toEqual({ ready: true });
    expect(formatsHeard()).toEqual(formats);
    expect(scripted.heard.at(-1)?.body.messages.at(-1)?.content).toContain('"ready"');
    await asked([act], { endpoint });
    expect(formatsHeard()).toEqual(formats.slice(-1));
  });

  test('a cap by its older name is found out once', async () => {
    const older: Act = (response, heard) =>
      'max_completion_tokens' in heard.body
        ? refuses(422, 'Extra inputs are not permitted: max_completion_tokens')(response, heard)
        : right(response, heard);
    const endpoint = scripted.endpoint();
    expect((await asked([older], { endpoint })).value).toEqual({ ready: true });
    expect((await asked([older], { endpoint })).tries).toBe(1);
    expect(scripted.heard[0]?.body['max_tokens']).toBeGreaterThan(1_000);
  });
});
