/**
 * Object storage on one machine: the part of the S3 REST API (path-style) that the product uses, over a folder, so that
 * lib/objects is the unmodified S3 client. Every request has to carry a valid Signature Version 4.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { joinHeaders } from '../gateway/http-event.ts';
import { BodyTooLarge, readBody, serveLoopback } from '../gateway/loopback-server.ts';
import { type Folder, ForeignKey, openFolder } from './folder.ts';
import { type Credentials, verifySignature } from './signature.ts';
import { deletedXml, deleteKeys, errorXml, listXml } from './xml.ts';

export interface ObjectsEndpoint {
  /** The value of OBJECTS_ENDPOINT. */
  readonly url: string;
  stop(): Promise<void>;
}

interface Options {
  readonly dataDir: string;
  /** As lib/runtime/config.ts makes them from LOOPBACK_SECRET. */
  readonly credentials: Credentials;
  readonly port?: number;
  readonly now?: () => Date;
}

const MAX_OBJECT_BYTES = 256 * 1024 * 1024;
const PAGE = 1000;

export async function startObjects({ dataDir, credentials, port, now = () => new Date() }: Options): Promise<ObjectsEndpoint> {
  const loopback = await serveLoopback(
    async (request, response) => {
      const answer = await answerTo(request, dataDir, credentials, now()).catch(refusalOf);
      send(response, request.method === 'HEAD', answer);
    },
    port === undefined ? {} : { port },
  );
  return { url: loopback.url, stop: () => loopback.stop() };
}

type Headers = Readonly<Record<string, string | undefined>>;

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
}

const refusal = (status: number, code: string): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: errorXml(code),
});

function refusalOf(error: unknown): Answer {
  if (error instanceof ForeignKey) return refusal(400, 'InvalidArgument');
  if (error instanceof BodyTooLarge) return refusal(400, 'EntityTooLarge');
  if (error instanceof URIError) return refusal(400, 'InvalidURI');
  return refusal(500, 'InternalError');
}

async function answerTo(request: IncomingMessage, dataDir: string, credentials: Credentials, now: Date): Promise<Answer> {
  const headers: Headers = joinHeaders(request.rawHeaders).headers;
  const target = request.url ?? '/';
  const method = request.method ?? 'GET';
  const body = await readBody(request, MAX_OBJECT_BYTES);
  switch (await verifySignature({ method, target, headers, body }, credentials, now)) {
    case 'ok':
      break;
    case 'unsigned':
      return refusal(403, 'AccessDenied');
    case 'expired':
      return refusal(403, headers['authorization'] === undefined ? 'AccessDenied' : 'RequestTimeTooSkewed');
    case 'mismatch':
      return refusal(403, 'SignatureDoesNotMatch');
  }
  const url = new URL(`http://127.0.0.1${target}`);
  // The path as it was sent: URL would have removed `..` before anyone could refuse it.
  const path = (target.split('?')[0] ?? '').slice(1);
  const [bucket = '', ...rest] = path.split('/').map(decodeURIComponent);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes('..')) return refusal(400, 'InvalidBucketName');
  const folder = openFolder(join(dataDir, bucket));
  const key = rest.join('/');
  return key === '' ? await onBucket(method, url, body, folder) : await onObject(method, url, headers, body, folder, key);
}

async function onBucket(method: string, url: URL, body: Buffer, folder: Folder): Promise<Answer> {
  const xml = { 'content-type': 'application/xml' };
  if (method === 'GET' && url.searchParams.get('list-type') === '2') {
    const all = await folder.list(url.searchParams.get('prefix') ?? '');
    return { status: 200, headers: xml, body: listXml(all.slice(0, PAGE), all.length > PAGE) };
  }
  if (method === 'POST' && url.searchParams.has('delete')) {
    for (const key of deleteKeys(body.toString('utf8'))) await folder.remove(key);
    return { status: 200, headers: xml, body: deletedXml };
  }
  return refusal(501, 'NotImplemented');
}

async function onObject(method: string, url: URL, headers: Headers, body: Buffer, folder: Folder, key: string): Promise<Answer> {
  switch (method) {
    case 'PUT':
      return {
        status: 200,
        headers: { etag: await folder.put(key, body, headers['content-type'] ?? 'application/octet-stream') },
      };
    case 'HEAD':
    case 'GET': {
      const found = await folder.get(key);
      if (found === null) return refusal(404, 'NoSuchKey');
      const disposition = url.searchParams.get('response-content-disposition');
      return {
        status: 200,
        headers: {
          'content-type': found.contentType,
          etag: found.etag,
          ...(disposition === null ? {} : { 'content-disposition': disposition }),
        },
        body: found.body,
      };
    }
    case 'DELETE':
      await folder.remove(key);
      return { status: 204 };
    default:
      return refusal(501, 'NotImplemented');
  }
}

/** A report is opened in a browser: whatever it holds, it runs no script and loads nothing. */
const always = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'private, no-store',
};

function send(response: ServerResponse, headOnly: boolean, { status, headers = {}, body = '' }: Answer): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, { ...always, ...headers, 'content-length': String(bytes.length) });
  response.end(headOnly ? undefined : bytes);
}
