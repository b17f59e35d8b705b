/** In the result of a call. */
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { flood } from './endless.ts';
import { answering, calling, json, MIB, nested, type Personality, raw } from './personality.ts';
import { textResult } from './rpc.ts';

/** 64 MiB of nothing, over and over. */
const nothing = Buffer.alloc(64 * MIB, ' ');
const bomb = (encoding: string, packed: Buffer): Personality =>
  calling(({ response }) => flood(response.writeHead(200, { ...json, 'content-encoding': encoding }), packed));
const quickest = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

export const results = {
  'a huge result': calling(({ response }) =>
    flood(
      response.writeHead(200, json).on('error', () => undefined),
      'x'.repeat(65_536),
    ),
  ),
  'the largest result that passes': calling(answering(() => textResult('é\n'.repeat(2_000_000)))),
  'many blocks that are none': calling(answering(() => ({ content: Array(900).fill({ type: 'resource', resource: {} }) }))),
  'many members': calling(
    answering(() => ({
      content: [],
      structuredContent: { a: Object.fromEntries(Array.from({ length: 49_000 }, (_, at) => [`k${at}`, 1])) },
    })),
  ),
  'too many values': calling(raw(() => `[${'[],'.repeat(2 * MIB)}1]`)),
  'deep JSON': calling(raw(() => nested(1_000_000))),
  'a list of messages': calling(raw(() => `[${'{"jsonrpc":"2.0","method":"x"},'.repeat(10_000)}1]`)),
  'a gzip bomb': bomb('gzip', gzipSync(nothing)),
  'a Brotli bomb': bomb('br', brotliCompressSync(nothing, quickest)),
  'a Zstandard bomb': bomb('zstd', zstdCompressSync(nothing)),
  'a bomb within bombs': bomb('gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(nothing)))),
  'six encodings': bomb('gzip, gzip, gzip, gzip, gzip, gzip', gzipSync(nothing)),
  'a wrong id': calling(
    raw(({ message }) => JSON.stringify({ jsonrpc: '2.0', id: `${message.id}-other`, result: textResult('x') })),
  ),
} as const satisfies Readonly<Record<string, Personality>>;
