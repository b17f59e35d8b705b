import { setImmediate } from 'node:timers/promises';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import { EventStreamScan } from './event-stream-scan.ts';
import { type JsonLimits, JsonScan, tooComplex } from './json-scan.ts';

export interface AnswerLimits extends JsonLimits {
  /** Lines of one event stream: four to an event, and an event for each progress message. */
  readonly maxLines: number;
}

/**
 * Deep enough for every schema that well-known servers publish (the deepest nests 20), and small enough that JSON.parse and the SDK's
 * schemas take less than 100 ms over the worst answer that passes (test/hostile).
 */
export const answerLimits: AnswerLimits = { maxDepth: 64, maxValues: 50_000, maxItems: 1_000, maxLines: 20_000 };

/** Of an answer that refuses, in bytes: its words are shown cut short, and the SDK puts all of it into an error's message. */
const MAX_REFUSAL = 16_384;
const SPACE = 0x20;
const LIST = 0x5b;
/** Lines of an event stream that are handed on at once: each event is parsed and dispatched before anything else has its turn. */
const LINES_AT_ONCE = 32;

/**
 * The fetch for an MCP transport: an answer is counted before the SDK parses it, and an event stream is handed on in pieces
 * between which others have their turn. Bytes and time are the guarded fetch's to cap.
 * @throws NetworkRefused, while the body is read
 */
export function boundedFetch(fetch: GuardedFetch, limits: AnswerLimits = answerLimits): GuardedFetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    return new Response(readable(pieces(response, response.body, limits)), { status, statusText, headers });
  };
}

function pieces({ ok, headers }: Response, body: ReadableStream<Uint8Array>, limits: AnswerLimits): AsyncGenerator<Uint8Array> {
  if (!ok) return beginning(body);
  const isStream = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === 'text/event-stream';
  return isStream ? events(body, limits) : document(body, limits);
}

async function* beginning(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = MAX_REFUSAL;
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= chunk.byteLength;
    if (left <= 0) return;
  }
}

async function* document(body: ReadableStream<Uint8Array>, limits: AnswerLimits): AsyncGenerator<Uint8Array> {
  const scan = new JsonScan(limits);
  let isBeginning = true;
  for await (const chunk of body) {
    const first = isBeginning ? chunk.find((byte) => byte > SPACE) : undefined;
    // A batch, which no protocol version still has for answers: the SDK would go through its messages in one turn.
    if (first === LIST) throw tooComplex('is a list of messages');
    if (first !== undefined) isBeginning = false;
    scan.push(chunk);
    yield chunk;
  }
}

async function* events(body: ReadableStream<Uint8Array>, limits: AnswerLimits): AsyncGenerator<Uint8Array> {
  const scan = new EventStreamScan(limits);
  for await (const chunk of body) {
    let [from, at, handedOn] = [0, 0, scan.lines];
    while (at < chunk.length) {
      at = scan.readLine(chunk, at);
      if (scan.lines < handedOn + LINES_AT_ONCE) continue;
      yield chunk.subarray(from, at);
      [from, handedOn] = [at, scan.lines];
      await setImmediate();
    }
    if (from < chunk.length) yield chunk.subarray(from);
  }
}

/** `ReadableStream.from` calls for the next piece before the last was taken. */
function readable(source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await source.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
