import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonLogTime, httpEvent } from './http-event.ts';

const moment = { requestId: 'r1', now: new Date('2026-11-03T04:05:06Z') };
const route = { routeKey: 'POST /projects/{projectId}/runs', pathParameters: { projectId: 'p1' } };
const build = (changes: object = {}) =>
  httpEvent(
    {
      method: 'POST',
      target: '/projects/p1/runs',
      rawHeaders: ['Host', 'localhost'],
      body: Buffer.alloc(0),
      sourceIp: '127.0.0.1',
      ...changes,
    },
    route,
    moment,
  );

test('is the event of payload format 2.0', () => {
  const event = build({
    target: '/projects/p1/runs?after=a%20b&limit=1&limit=2',
    rawHeaders: [
      'Host',
      'localhost:1',
      'Content-Type',
      'application/json',
      'X-Tag',
      'a',
      'x-tag',
      'b',
      'Cookie',
      'c=1; d=2',
      'User-Agent',
      'curl',
    ],
    body: Buffer.from('{"é":1}'),
  });
  expect(event).toEqual({
    version: '2.0',
    routeKey: 'POST /projects/{projectId}/runs',
    rawPath: '/projects/p1/runs',
    rawQueryString: 'after=a%20b&limit=1&limit=2',
    cookies: ['c=1', 'd=2'],
    headers: { host: 'localhost:1', 'content-type': 'application/json', 'x-tag': 'a,b', 'user-agent': 'curl' },
    queryStringParameters: { after: 'a b', limit: '1,2' },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: 'localhost:1',
      domainPrefix: 'local',
      http: { method: 'POST', path: '/projects/p1/runs', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'curl' },
      requestId: 'r1',
      routeKey: 'POST /projects/{projectId}/runs',
      stage: '$default',
      time: '03/Nov/2026:04:05:06 +0000',
      timeEpoch: moment.now.getTime(),
    },
    pathParameters: { projectId: 'p1' },
    body: '{"é":1}',
    isBase64Encoded: false,
  });
});

test('leaves out what is not there', () => {
  const event = build();
  for (const name of ['body', 'cookies', 'queryStringParameters']) expect(event).not.toHaveProperty(name);
});

describe('for any request', () => {
  const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
  const value = fc.stringMatching(/^[!-~]{0,20}$/);
  const headers = fc.array(fc.tuple(token, value), { maxLength: 8 });

  test('header names are in lower case, and no value of a repeated one is lost', () => {
    fc.assert(
      fc.property(headers, (pairs) => {
        const event = build({ rawHeaders: pairs.flat() });
        for (const name of Object.keys(event.headers)) expect(name).toBe(name.toLowerCase());
        const sent = pairs.filter(([name]) => name.toLowerCase() !== 'cookie');
        const joined = Map.groupBy(sent, ([name]) => name.toLowerCase());
        for (const [name, group] of joined) expect(event.headers[name]).toBe(group.map(([, text]) => text).join(','));
        expect(Object.keys(event.headers)).toHaveLength(joined.size);
      }),
    );
  });

  test('the body comes through byte for byte, whatever it holds', () => {
    const types = fc.constantFrom('application/octet-stream', 'image/png', 'application/zip', 'multipart/form-data; boundary=x');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), types, (bytes, type) => {
        const event = build({ rawHeaders: ['content-type', type], body: Buffer.from(bytes) });
        expect(Buffer.from(event.body ?? '', 'base64')).toEqual(Buffer.from(bytes));
        expect(event.isBase64Encoded).toBe(bytes.length > 0);
      }),
    );
  });

  test('text comes through as text', () => {
    const types = fc.constantFrom(
      'application/json',
      'Application/JSON; charset=utf-8',
      'text/plain',
      'application/x-www-form-urlencoded',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), types, (text, type) => {
        expect(build({ rawHeaders: ['content-type', type], body: Buffer.from(text) })).toMatchObject({
          body: text,
          isBase64Encoded: false,
        });
      }),
    );
  });

  test('query parameters are decoded, and repeated ones joined by commas', () => {
    const parameters = fc.array(
      fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), fc.string({ unit: 'grapheme', maxLength: 5 })),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(parameters, (pairs) => {
        const query = new URLSearchParams(pairs.map(([name, text]): [string, string] => [name, text])).toString();
        const event = build({ target: `/x?${query}` });
        const groups = Map.groupBy([...new URLSearchParams(query)], ([name]) => name);
        const expected = Object.fromEntries([...groups].map(([name, group]) => [name, group.map(([, text]) => text).join(',')]));
        expect(event.queryStringParameters ?? {}).toEqual(expected);
        expect(event.rawQueryString).toBe(query);
      }),
    );
  });

  test('it is JSON: what a function gets is what was built', () => {
    fc.assert(
      fc.property(headers, fc.string({ unit: 'grapheme' }), (pairs, text) => {
        const event = build({ rawHeaders: pairs.flat(), body: Buffer.from(text) });
        expect(JSON.parse(JSON.stringify(event))).toEqual(event);
      }),
    );
  });
});

test('time is in the common log format', () => {
  expect(commonLogTime(new Date('2026-01-09T23:59:00Z'))).toBe('09/Jan/2026:23:59:00 +0000');
});
