import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export type Verdict = 'ok' | 'unsigned' | 'expired' | 'mismatch';

/** How far a header signature's date may be from this clock, in milliseconds (S3's own limit). */
const MAX_SKEW_MS = 15 * 60_000;

/**
 * AWS Signature Version 4: the same signature is made from the request with the known secret, and compared.
 * `mismatch` covers a wrong key, a changed request, and a body that is not the one that was signed.
 */
export async function verifySignature(request: SignedRequest, credentials: Credentials, now: Date): Promise<Verdict> {
  const at = request.target.indexOf('?');
  const path = at === -1 ? request.target : request.target.slice(0, at);
  const query = new URLSearchParams(at === -1 ? '' : request.target.slice(at + 1));
  if (query.has('X-Amz-Signature')) return await verifyQuery(request, path, query, credentials, now);
  if (request.headers['authorization'] !== undefined) return await verifyHeader(request, path, query, credentials, now);
  return 'unsigned';
}

async function verifyHeader(
  request: SignedRequest,
  path: string,
  query: URLSearchParams,
  credentials: Credentials,
  now: Date,
): Promise<Verdict> {
  const given = request.headers['authorization'] ?? '';
  const shape =
    /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/\d{8}\/([^/,]+)\/([^/,]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, , region, service, signedHeaders = ''] = shape.exec(given) ?? [];
  const signedAt = readDate(request.headers['x-amz-date']);
  if (region === undefined || service === undefined || signedAt === null) return 'mismatch';
  if (Math.abs(now.getTime() - signedAt.getTime()) > MAX_SKEW_MS) return 'expired';
  if (!bodyMatches(request)) return 'mismatch';
  const signed = new Set(signedHeaders.split(';'));
  const headers = pick(request.headers, signed);
  const signer = signerOf(credentials, region, service);
  const expected = await signer.sign(plain(request, path, query, headers), { signingDate: signedAt, signableHeaders: signed });
  return same(given.replaceAll(', ', ','), String(expected.headers['authorization']).replaceAll(', ', ',')) ? 'ok' : 'mismatch';
}

async function verifyQuery(
  request: SignedRequest,
  path: string,
  query: URLSearchParams,
  credentials: Credentials,
  now: Date,
): Promise<Verdict> {
  const [, , region, service] = (query.get('X-Amz-Credential') ?? '').split('/');
  const signedAt = readDate(query.get('X-Amz-Date') ?? undefined);
  const seconds = Number(query.get('X-Amz-Expires'));
  const given = query.get('X-Amz-Signature') ?? '';
  if (region === undefined || service === undefined || signedAt === null || !Number.isInteger(seconds) || seconds < 1)
    return 'mismatch';
  if (now.getTime() > signedAt.getTime() + seconds * 1000 || signedAt.getTime() - now.getTime() > MAX_SKEW_MS) return 'expired';
  const rest = new URLSearchParams(query);
  for (const name of [
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  ]) {
    rest.delete(name);
  }
  const signed = new Set((query.get('X-Amz-SignedHeaders') ?? '').split(';'));
  const headers = { ...pick(request.headers, signed), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const signer = signerOf(credentials, region, service);
  const expected = await signer.presign(plain(request, path, rest, headers), {
    signingDate: signedAt,
    expiresIn: seconds,
    signableHeaders: signed,
    // In a presigned URL the payload's hash is a fixed word that is neither signed as a header nor moved to the query.
    unhoistableHeaders: new Set(['x-amz-content-sha256']),
    unsignableHeaders: new Set(['x-amz-content-sha256']),
  });
  return same(given, String(expected.query?.['X-Amz-Signature'])) ? 'ok' : 'mismatch';
}

const signerOf = (credentials: Credentials, region: string, service: string): SignatureV4 =>
  // S3 signs the path as it is sent; every other service escapes it a second time.
  new SignatureV4({ credentials, region, service, sha256: Sha256, uriEscapePath: service !== 's3', applyChecksum: false });

function plain(request: SignedRequest, path: string, query: URLSearchParams, headers: Record<string, string>) {
  const hostname = request.headers['host'] ?? '127.0.0.1';
  const parameters: Record<string, string> = {};
  for (const [name, value] of query) parameters[name] = value;
  return { method: request.method, protocol: 'http:', hostname, path, query: parameters, headers, body: request.body };
}

function bodyMatches({ headers, body }: SignedRequest): boolean {
  const declared = headers['x-amz-content-sha256'];
  if (declared === undefined) return false;
  return declared === 'UNSIGNED-PAYLOAD' || declared === createHash('sha256').update(body).digest('hex');
}

function pick(headers: SignedRequest['headers'], names: ReadonlySet<string>): Record<string, string> {
  const wanted = ([name]: [string, string | undefined]) => names.has(name) || name === 'x-amz-content-sha256';
  return Object.fromEntries(
    Object.entries(headers)
      .filter(wanted)
      .map(([name, value]) => [name, value ?? '']),
  );
}

/** `20261123T122405Z` */
function readDate(text: string | undefined): Date | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

type Input = string | ArrayBuffer | ArrayBufferView;

/** Node's own hash in the form that the signer asks for. */
class Sha256 {
  #hash: Hash | Hmac;
  readonly #secret: KeyObject | undefined;

  constructor(secret?: Input) {
    // As bytes it would take Node five times as long.
    this.#secret = secret === undefined ? undefined : createSecretKey(bytes(secret));
    this.#hash = this.#fresh();
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#fresh();
  }

  #fresh(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}

function bytes(input: Input): Buffer {
  if (typeof input === 'string') return Buffer.from(input);
  if (ArrayBuffer.isView(input)) return Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  return Buffer.from(input);
}
