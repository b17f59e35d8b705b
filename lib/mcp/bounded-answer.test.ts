import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnswerLimits, answerLimits, boundedFetch } from './bounded-answer.ts';

const wide: AnswerLimits = { maxDepth: 1e9, maxValues: 1e9, maxItems: 1e9, maxLines: 1e9 };
const json = 'application/json';
const stream = 'text/event-stream; charset=utf-8';

/** The text in pieces of the given sizes, over and over. */
function answer(text: string, type: string, sizes: readonly number[] = [65_536], status = 200): Response {
  const bytes = Buffer.from(text);
  let at = 0;
  let piece = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const size = sizes[piece % sizes.length] ?? 1;
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + size)));
      at += size;
      piece += 1;
    },
  });
  return new Response(body, { status, headers: { 'content-type': type } });
}

const read = async (given: Response, limits: Partial<AnswerLimits> = {}): Promise<string> =>
  (await boundedFetch(async () => given, { ...wide, ...limits })('https://example.com')).text();

function measure(value: unknown): { depth: number; values: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, values: 0 };
  const below = Object.values(value).map(measure);
  const separators = Math.max(0, below.length - 1);
  return {
    depth: 1 + Math.max(0, ...below.map(({ depth }) => depth)),
    values: 1 + separators + below.reduce((sum, { values }) => sum + values, 0),
  };
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
/** Strings that are hard to see the end of. */
const awkward = fc.string({ unit: fc.constantFrom('\\', '"', '[', '}', ',', '\n', 'é', 'a') });
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    awkward,
    fc.integer(),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(awkward, tie('any'), { maxKeys: 4 }),
  ),
})).any;

describe('an answer', () => {
  test('of any shape and in any pieces passes unchanged at its own size, and not below', async () => {
    await fc.assert(
      fc.asyncProperty(value, sizes, async (inner, pieces) => {
        const text = JSON.stringify({ result: inner });
        const { depth, values } = measure({ result: inner });
        expect(await read(answer(text, json, pieces), { maxDepth: depth, maxValues: values })).toBe(text);
        await expect(read(answer(text, json, pieces), { maxDepth: depth - 1 })).rejects.toMatchObject({ reason: 'too-complex' });
        await expect(read(answer(text, json, pieces), { maxValues: values - 1 })).rejects.toMatchObject({
          reason: 'too-complex',
        });
      }),
    );
  });

  test('in a stream likewise, each event for itself in depth and all together in values', async () => {
    const lineEnds = fc.constantFrom('\n', '\r', '\r\n');
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 4 }), sizes, lineEnds, async (inner, pieces, end) => {
        const messages = inner.map((result) => ({ result }));
        const text = messages
          .map((message) => `: "[{ a comment${end}id: "[1${end}data: ${JSON.stringify(message)}${end}${end}`)
          .join('');
        const whole = `retry: 1${end}${end}${text}`;
        const sizesOf = messages.map(measure);
        const maxDepth = Math.max(...sizesOf.map(({ depth }) => depth));
        const maxValues = sizesOf.reduce((sum, { values }) => sum + values, 0);
        expect(await read(answer(whole, stream, pieces), { maxDepth, maxValues })).toBe(whole);
        await expect(read(answer(whole, stream, pieces), { maxDepth: maxDepth - 1 })).rejects.toThrow(/nests deeper/);
        await expect(read(answer(whole, stream, pieces), { maxValues: maxValues - 1 })).rejects.toThrow(/holds more/);
      }),
    );
  });

  test.each([
    ['nests too deep', json, '['.repeat(3).replace('[', '{"a":[')],
    ['nests too deep over several lines of data', stream, 'data: {"a":\ndata: [\ndata: [\n\n'],
    ['nests too deep where a comment pretends to close', stream, 'id: 1\n\ndata: {"a":[\n: ]]]]\nid: ]]]]\ndata: [\n\n'],
    ['nests too deep behind a byte order mark', stream, '\ufeffdata: {"a":[[\n\n'],
    ['nests too deep behind two of them', stream, '\ufeff\u00ef\u00bb\u00bfdata: {"a":[[\n\n'],
    ['nests too deep behind a comment that opens a string', stream, 'id: "\ndata: {"a":[[\n\n'],
  ])('that %s is refused', async (_name, type, text) => {
    await expect(read(answer(text, type, [3]), { maxDepth: 2 })).rejects.toThrow(/nests deeper than 2/);
  });

  test('that lists many messages, tools or blocks is refused, while its data may hold more', async () => {
    const blocks = (count: number): string => JSON.stringify({ result: { content: Array(count).fill('x') } });
    expect(await read(answer(blocks(10), json), { maxItems: 10 })).toBe(blocks(10));
    await expect(read(answer(blocks(11), json), { maxItems: 10 })).rejects.toThrow(/more than 10 items/);
    await expect(read(answer(' \n [{}]', json, [1]))).rejects.toThrow(/list of messages/);
    const data = JSON.stringify({ result: { structuredContent: { rows: Array(100).fill(1) } } });
    expect(await read(answer(data, json), { maxItems: 10 })).toBe(data);
  });

  test('that streams without end is given up after so many lines', async () => {
    const endless = 'data: {}\n\n'.repeat(100);
    await expect(read(answer(endless, stream), { maxLines: 100 })).rejects.toThrow(/more than 100 lines/);
    expect(await read(answer(endless, stream), { maxLines: 200 })).toBe(endless);
  });

  test('that refuses keeps its status and the beginning of its words', async () => {
    const given = answer('['.repeat(50_000), 'text/html', [7_000], 502);
    const bounded = await boundedFetch(async () => given)('https://example.com');
    expect([bounded.status, await bounded.text()]).toEqual([502, '['.repeat(16_384)]);
  });

  test('whose reader leaves is not read on', async () => {
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel() {
        isCancelled = true;
      },
    });
    const bounded = await boundedFetch(async () => new Response(body))('https://example.com');
    const reader = bounded.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(isCancelled).toBe(true);
  });
});

test('hands a stream on in pieces between which others have their turn', async () => {
  const others = { turns: 0, stop: new AbortController() };
  const counting = (async () => {
    for (; !others.stop.signal.aborted; others.turns += 1) await setImmediate();
  })();
  await read(answer('data: {}\n\n'.repeat(3_200), stream), answerLimits);
  others.stop.abort();
  await counting;
  expect(others.turns).toBeGreaterThanOrEqual(100);
});
