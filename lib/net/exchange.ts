/** One request and the head of its answer, by undici's own interface: what the Fetch standard puts around it costs twice as much again. */
import { pipeline, type Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { NetworkRefused } from './errors.ts';

export interface Asked {
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly [name: string, value: string][];
  /** Decoded as it is read. Whoever does not read it to its end destroys it. */
  readonly body: Readable;
}

/** Any number of them would be a bomb of its own; servers use one. */
const MAX_ENCODINGS = 3;

/** Redirects are not followed. @throws what undici throws, the signal's reason, NetworkRefused */
export async function exchange(url: URL, { method, headers, body, signal }: Asked, dispatcher: Dispatcher): Promise<Answer> {
  signal.throwIfAborted();
  const sent = { accept: '*/*', 'accept-encoding': 'gzip, br', 'user-agent': 'assay', ...Object.fromEntries(headers) };
  const target = { origin: url.origin, path: `${url.pathname}${url.search}` };
  const asking = dispatcher.request({ ...target, method, headers: sent, body, signal, responseHeaders: 'raw' });
  const answer = await unlessAborted(asking, signal);
  // Nobody may be reading when it breaks; whoever is gets the error from the read.
  answer.body.on('error', () => undefined);
  const received = pairs(answer.headers);
  return {
    status: answer.statusCode,
    statusText: answer.statusText,
    headers: received,
    body: decoded(answer.body, received, url.origin),
  };
}

/** undici looks at the signal once it has a connection: whoever gives up before waits for none. */
function unlessAborted(asking: Promise<Dispatcher.ResponseData>, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason);
      // Where it comes all the same, nobody reads it.
      const give = ({ body }: Dispatcher.ResponseData) => void body.on('error', () => undefined).destroy();
      asking.then(give, () => undefined);
    };
    signal.addEventListener('abort', abort, { once: true });
    asking.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject);
  });
}

/** Names and values in turn, as they came. */
function pairs(raw: unknown): [string, string][] {
  if (!Array.isArray(raw)) throw new TypeError('undici gives raw headers as a list');
  return Array.from({ length: raw.length / 2 }, (_, at) => [String(raw[2 * at]), String(raw[2 * at + 1])]);
}

/** An end that is missing is no error: the connection's own framing says whether all came. */
const lenient = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createUnzip(lenient),
  'x-gzip': () => createUnzip(lenient),
  deflate: () => createUnzip(lenient),
  br: () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  // A window of 8 MiB (RFC 9659): the sender names the memory that decoding takes.
  zstd: () => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush, params: { [constants.ZSTD_d_windowLogMax]: 23 } }),
};

/** The last encoding was put on last. One that we do not know leaves the rest as it is: the reader will not understand it either. */
function decoded(body: Readable, headers: readonly [string, string][], origin: string): Readable {
  const named = headers.filter(([name]) => name.toLowerCase() === 'content-encoding').flatMap(([, value]) => value.split(','));
  const encodings = named.map((name) => name.trim().toLowerCase()).filter((name) => name !== '' && name !== 'identity');
  if (encodings.length === 0) return body;
  if (encodings.length > MAX_ENCODINGS) {
    body.destroy();
    throw new NetworkRefused('malformed', `${origin} encoded its answer ${encodings.length} times`);
  }
  const steps: Transform[] = [];
  for (const name of encodings.reverse()) {
    const make = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (make === undefined) break;
    steps.push(make());
  }
  const last = steps.at(-1);
  if (last === undefined) return body;
  last.on('error', () => undefined);
  pipeline([body, ...steps], () => undefined);
  return last;
}
