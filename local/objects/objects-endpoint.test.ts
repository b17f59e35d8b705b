import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidObjectKey } from '../../lib/objects/errors.ts';
import { type Objects, openObjects } from '../../lib/objects/objects.ts';
import { below, ForeignKey, openFolder } from './folder.ts';
import { type ObjectsEndpoint, startObjects } from './objects-endpoint.ts';

const credentials = { accessKeyId: 'loopback', secretAccessKey: '0123456789abcdef' };
const bucket = 'assay-reports';

let dataDir: string;
let now = new Date();
let endpoint: ObjectsEndpoint;
let objects: Objects;
const connect = (changes: object = {}) =>
  openObjects({ bucket, region: 'us-east-1', endpoint: endpoint.url, credentials, ...changes });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'assay-objects-'));
  endpoint = await startObjects({ dataDir, credentials, now: () => now });
  objects = connect();
});
afterAll(() => endpoint.stop());

describe('the unmodified S3 client', () => {
  test('puts an object that a signed URL then reads, byte for byte', async () => {
    const body = Buffer.from([0, 1, 255, 10, 13, 60]);
    await objects.put('runs/r1/report.html', body, 'text/html; charset=utf-8');
    const answer = await fetch(await objects.presign('runs/r1/report.html', 60));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(body);
  });

  test('a megabyte of text survives, and an empty object too', async () => {
    const text = 'ä✓'.repeat(200_000);
    await objects.put('runs/r1/big.json', text, 'application/json');
    await objects.put('runs/r1/empty', '', 'text/plain');
    expect(await (await fetch(await objects.presign('runs/r1/big.json', 60))).text()).toBe(text);
    expect(await (await fetch(await objects.presign('runs/r1/empty', 60))).text()).toBe('');
  });

  test('a download name makes the browser save it', async () => {
    await objects.put('runs/r1/bundle.zip', 'zip', 'application/zip');
    const answer = await fetch(await objects.presign('runs/r1/bundle.zip', 60, 'Acme "Shop"\r\nreport.zip'));
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="Acme-Shop-report.zip"');
  });

  test('has tells whether there is one', async () => {
    await objects.put('runs/r2/report.json', '{}', 'application/json');
    expect([
      await objects.has('runs/r2/report.json'),
      await objects.has('runs/r2/report.pdf'),
      await objects.has('runs/r2'),
    ]).toEqual([true, false, false]);
  });

  test('putting again replaces it whole', async () => {
    await objects.put('runs/r2/again', 'a longer first version', 'text/plain');
    await objects.put('runs/r2/again', 'short', 'text/plain');
    expect(await (await fetch(await objects.presign('runs/r2/again', 60))).text()).toBe('short');
  });

  test('remove takes what is under the prefix and nothing beside it', async () => {
    await Promise.all(['runs/r3/a', 'runs/r3/b/c', 'runs/r30/a'].map((key) => objects.put(key, 'x', 'text/plain')));
    expect(await objects.remove('runs/r3/')).toBe(2);
    expect([await objects.has('runs/r3/a'), await objects.has('runs/r3/b/c'), await objects.has('runs/r30/a')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(await objects.remove('runs/r3/')).toBe(0);
  });

  test('more than one page is removed', async () => {
    const folder = openFolder(join(dataDir, bucket));
    await Promise.all(Array.from({ length: 1005 }, (_, index) => folder.put(`runs/r4/${index}`, Buffer.from('x'), 'text/plain')));
    expect(await objects.remove('runs/r4/')).toBe(1005);
  });

  test('an object that is not there: 404 through a signed URL', async () => {
    expect((await fetch(await objects.presign('runs/none', 60))).status).toBe(404);
  });
});

describe('a signed URL', () => {
  test('stops working when its time is over', async () => {
    await objects.put('runs/r5/x', 'x', 'text/plain');
    const url = await objects.presign('runs/r5/x', 60);
    now = new Date(Date.now() + 59_000);
    expect((await fetch(url)).status).toBe(200);
    now = new Date(Date.now() + 62_000);
    expect((await fetch(url)).status).toBe(403);
    now = new Date();
  });

  test('works for its own object, method and parameters only', async () => {
    await objects.put('runs/r6/mine', 'x', 'text/plain');
    await objects.put('runs/r6/other', 'secret', 'text/plain');
    const url = await objects.presign('runs/r6/mine', 60, 'mine.txt');
    const changed = [
      url.replace('/mine', '/other'),
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600000'),
      url.replace('mine.txt', 'evil.exe'),
      url.replace(/(?<=X-Amz-Signature=)./, (digit) => (digit === 'f' ? '0' : 'f')),
      url.replace(/&?X-Amz-Signature=[0-9a-f]+/, ''),
      url.replace(/X-Amz-Date=\d{8}/, 'X-Amz-Date=20990101'),
      `${url}&extra=1`,
      url.split('?')[0] ?? '',
    ];
    for (const tampered of changed) expect([tampered, (await fetch(tampered)).status]).toEqual([tampered, 403]);
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(url)).status).toBe(200);
  });
});

describe('whoever does not hold the secret', () => {
  test('puts nothing', async () => {
    const stranger = connect({ credentials: { accessKeyId: 'loopback', secretAccessKey: 'another-secret-16' } });
    await expect(stranger.put('runs/r7/x', 'x', 'text/plain')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    expect(await objects.has('runs/r7/x')).toBe(false);
  });

  test('cannot send another body under a recorded signature', async () => {
    const recorded = new S3Client({ region: 'us-east-1', endpoint: endpoint.url, forcePathStyle: true, credentials });
    let seen: { headers: Record<string, string>; path: string } | undefined;
    recorded.middlewareStack.add(
      (next) => async (args) => {
        const request = args.request;
        if (typeof request === 'object' && request !== null && 'headers' in request && 'path' in request) {
          seen = {
            headers: Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name, String(value)])),
            path: `${String(request.path)}?x-id=GetObject`,
          };
        }
        return await next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'record' },
    );
    await objects.put('runs/r8/x', 'x', 'text/plain');
    await recorded.send(new GetObjectCommand({ Bucket: bucket, Key: 'runs/r8/x' }));
    const { host: _host, ...headers } = seen?.headers ?? {};
    const again = await fetch(`${endpoint.url}${seen?.path}`, { headers });
    expect(again.status).toBe(200);
    expect((await fetch(`${endpoint.url}${seen?.path}`, { method: 'PUT', headers, body: 'other' })).status).toBe(403);
  });

  test('an old signature is refused', async () => {
    now = new Date(Date.now() + 16 * 60_000);
    // The client corrects its own clock from the answer and tries again: both are refused here.
    await expect(objects.put('runs/r9/x', 'x', 'text/plain')).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
    now = new Date();
  });
});

describe('keys', () => {
  test.each(['', '/', '../x', 'a/../b', 'a//b', '/a', 'a/', 'a b', 'a\\b', 'ä', 'a\0b', 'a'.repeat(200)])(
    'lib/objects refuses %j',
    async (key) => {
      await expect(objects.put(key, 'x', 'text/plain')).rejects.toThrow(InvalidObjectKey);
    },
  );

  test.each(['', 'runs', 'runs/r1', '../', 'a/../', '/'])('lib/objects removes no prefix %j', async (prefix) => {
    await expect(objects.remove(prefix)).rejects.toThrow(InvalidObjectKey);
  });

  test('no key, however spelt, is a path outside the folder', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', '%2e%2e', 'a', '\0', 'C:', '~'), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        try {
          expect(below('/data/objects', parts.join('/')).startsWith(`${resolve('/data/objects')}${sep}`)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ForeignKey);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a raw request with dots in its path reaches nothing, signed or not', async () => {
    await writeFile(join(dataDir, 'outside'), 'secret');
    const { request } = await import('node:http');
    const get = (path: string) =>
      new Promise((done) => {
        const { hostname, port } = new URL(endpoint.url);
        request({ hostname, port, path }, (response) => done(response.statusCode)).end();
      });
    for (const path of ['/assay-reports/../outside', '/assay-reports/..%2foutside', '/..%2f..%2fetc/passwd', '/%zz']) {
      expect([path, await get(path)]).not.toEqual([path, 200]);
    }
  });
});

test('a write that did not finish leaves no object', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'assay-folder-'));
  const folder = openFolder(dir);
  await folder.put('a/b', Buffer.from('x'), 'text/plain');
  await mkdir(join(dir, 'objects', 'a'), { recursive: true });
  await writeFile(join(dir, 'objects', 'a', '.unfinished-1'), 'half');
  expect(await folder.list('')).toEqual([{ key: 'a/b', size: 1 }]);
  expect((await stat(join(dir, 'objects', 'a', 'b'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(dir, 'objects', 'a', 'b'), 'utf8')).toBe('x');
  expect((await readdir(join(dir, 'objects', 'a'))).filter((name) => !name.startsWith('.'))).toEqual(['b']);
});
