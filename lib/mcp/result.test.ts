import { describe, expect, test } from 'vitest';
import { credentialFree } from './credential-free.ts';
import { decodeResult } from './result.ts';

const token = 'token-7f3a90c1';
const clean = credentialFree({ headers: { authorization: `Bearer ${token}` }, url: 'https://mcp.example.com/' });
const refused = (...content: { type: string; text?: string; data?: string }[]) =>
  decodeResult(content, { isError: true, credentialFree: clean });
const text = (said: string) => ({ type: 'text', text: said });

describe('the reason of a tool that refused', () => {
  test('is its first text, without the credential; the block keeps every byte', () => {
    const { ok, reason, blocks } = refused({ type: 'image', data: 'AAAA' }, text(''), text(`401: ${token}`), text('more'));
    expect([ok, reason]).toEqual([false, '401: [credential]']);
    expect(blocks.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))).toEqual(['\0\0\0', '', `401: ${token}`, 'more']);
  });

  test('holds no half of a credential where it is cut', () => {
    const { reason } = refused(text(`${'x'.repeat(495)}${token} and on`));
    expect(reason).toBe(`${'x'.repeat(495)}[cred`);
  });

  test('is stated where the tool gave none', () => {
    expect([refused().reason, refused({ type: 'image', data: 'AAAA' }).reason]).toEqual(Array(2).fill('the tool gave no reason'));
  });

  test('is none where the tool answered', () => {
    const { ok, reason } = decodeResult([text('all well')], { isError: false, credentialFree: clean });
    expect([ok, reason]).toEqual([true, null]);
  });
});

describe('an embedded resource', () => {
  const decoded = (resource: object): string[] =>
    decodeResult([text('downloaded'), { type: 'resource', resource }], { isError: false, credentialFree: clean }).blocks.map(
      ({ bytes }) => Buffer.from(bytes).toString('utf8'),
    );

  test('is its own text or bytes, not the message around them', () => {
    expect(decoded({ uri: 'repo://a/b', mimeType: 'text/plain', text: 'on:\n  push:\n' })).toEqual([
      'downloaded',
      'on:\n  push:\n',
    ]);
    expect(decoded({ uri: 'repo://a/b', blob: Buffer.from('é').toString('base64') })).toEqual(['downloaded', 'é']);
  });

  test('that holds neither is kept as it came', () => {
    expect(decoded({ uri: 'repo://a/b' })[1]).toBe('{"type":"resource","resource":{"uri":"repo://a/b"}}');
  });
});
