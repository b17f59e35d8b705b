/** For tests: a Supabase project of our own making (key server included), and tokens that prove nothing. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import {
  base64url,
  CompactEncrypt,
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';

export interface Authority {
  /** The value of SUPABASE_URL. */
  readonly url: string;
  readonly issuer: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly kid: string;
  /** How often the key set was fetched. */
  fetches(): number;
  /** Replaces the signing key; earlier tokens stop being good. */
  rotate(): Promise<void>;
  /** What the key server answers instead of its keys. */
  misbehave(kind: 'down' | 'hang' | 'huge' | 'redirect' | 'not-json' | null): void;
  /** A token as Supabase signs it, with these claims changed (undefined removes one). */
  token(changes?: Record<string, unknown>, header?: HeaderChanges, key?: CryptoKey): Promise<string>;
  stop(): Promise<void>;
}

type HeaderChanges = { readonly [K in keyof JWTHeaderParameters]?: JWTHeaderParameters[K] | undefined };

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export async function startAuthority(): Promise<Authority> {
  let kid = '';
  let pair = await generateKeyPair('ES256', { extractable: true });
  let keys: JWK[] = [];
  let fetched = 0;
  let fault: Parameters<Authority['misbehave']>[0] = null;
  async function publish(): Promise<void> {
    kid = randomUUID();
    keys = [{ ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256', use: 'sig' }];
  }
  await publish();
  const server = createServer((_request, response) => {
    fetched += 1;
    switch (fault) {
      case 'down':
        response.writeHead(500).end();
        return;
      case 'hang':
        return;
      case 'huge':
        response.end(JSON.stringify({ keys: [...keys, { kty: 'oct', k: 'x'.repeat(8 * 1024 * 1024) }] }));
        return;
      case 'redirect':
        response.writeHead(302, { location: '/elsewhere' }).end();
        return;
      case 'not-json':
        response.end('<html>');
        return;
      case null:
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port.');
  const url = `http://127.0.0.1:${address.port}`;
  const issuer = `${url}/auth/v1`;
  return {
    url,
    issuer,
    get privateKey() {
      return pair.privateKey;
    },
    get publicKey() {
      return pair.publicKey;
    },
    get kid() {
      return kid;
    },
    fetches: () => fetched,
    async rotate() {
      pair = await generateKeyPair('ES256', { extractable: true });
      await publish();
    },
    misbehave: (kind) => {
      fault = kind;
    },
    async token(changes = {}, header = {}, key = pair.privateKey) {
      const parameters = Object.entries({ typ: 'JWT', kid, ...header }).filter(([, value]) => value !== undefined);
      const protectedHeader = { alg: header.alg ?? 'ES256', ...Object.fromEntries(parameters) };
      return await new SignJWT(claims(issuer, changes)).setProtectedHeader(protectedHeader).sign(key);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const someone = '44444444-4444-4444-8444-444444444444';

function claims(issuer: string, changes: Record<string, unknown>): JWTPayload {
  const iat = nowSeconds();
  const all: Record<string, unknown> = {
    iss: issuer,
    sub: someone,
    aud: 'authenticated',
    exp: iat + 3600,
    iat,
    email: 'ada@example.com',
    role: 'authenticated',
    is_anonymous: false,
    session_id: randomUUID(),
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const part = (value: unknown): string => base64url.encode(JSON.stringify(value));

/** Tokens that no entry point may accept, by what is wrong with them. */
export async function forgedTokens(authority: Authority): Promise<readonly (readonly [string, string])[]> {
  const { issuer, kid, publicKey } = authority;
  const good = await authority.token();
  const [header = '', payload = '', signature = ''] = good.split('.');
  const stranger = await generateKeyPair('ES256', { extractable: true });
  const strangerJwk = { ...(await exportJWK(stranger.publicKey)), kid, alg: 'ES256' };
  const rsa = await generateKeyPair('RS256');
  const p384 = await generateKeyPair('ES384');
  const ed25519 = await generateKeyPair('EdDSA');
  const spki = await exportSPKI(publicKey);
  const unsigned = (alg: string) => `${part({ alg, typ: 'JWT' })}.${payload}.`;
  const hmac = (secret: string | Buffer) => {
    const input = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${payload}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  const signed = (changes: Record<string, unknown>) => authority.token(changes);
  const byStranger = (extra: HeaderChanges) => authority.token({}, extra, stranger.privateKey);
  const now = nowSeconds();
  return [
    ['an empty token', ''],
    ['a word', 'token'],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${good}.x`],
    ['parts that are no base64url', '%%%.%%%.%%%'],
    ['a payload that is no JSON', `${header}.${base64url.encode('nope')}.${signature}`],
    ['alg none without signature', unsigned('none')],
    ['alg None', unsigned('None')],
    ['alg nOnE', unsigned('nOnE')],
    ['alg none with the old signature', `${part({ alg: 'none' })}.${payload}.${signature}`],
    ['no alg', `${part({ typ: 'JWT', kid })}.${payload}.${signature}`],
    ['the signature cut off', `${header}.${payload}.`],
    ["another token's signature", `${header}.${payload}.${(await signed({ email: 'eve@example.com' })).split('.')[2]}`],
    ['a changed payload', `${header}.${part(claims(issuer, { sub: randomUUID() }))}.${signature}`],
    ['a changed header', `${part({ alg: 'ES256', typ: 'JWT', kid, x: 1 })}.${payload}.${signature}`],
    ['HS256 with the public key as secret', hmac(spki)],
    ['HS256 with the public key without line ends', hmac(spki.replace(/\n/g, ''))],
    ['HS256 with the JWK as secret', hmac(JSON.stringify(await exportJWK(publicKey)))],
    ['HS256 with the empty secret', hmac('')],
    ['HS256 with a real shared secret', hmac(randomBytes(32))],
    ["a stranger's key under the right kid", await byStranger({})],
    ["a stranger's key under its own kid", await byStranger({ kid: randomUUID() })],
    ["a stranger's key and no kid", await byStranger({ kid: undefined })],
    ["a stranger's key in the jwk header", await byStranger({ jwk: strangerJwk })],
    ["a stranger's key by jku", await byStranger({ jku: `${authority.url}/stranger.json` })],
    ["a stranger's key by x5u", await byStranger({ x5u: `${authority.url}/stranger.pem` })],
    ['a kid that is a path', await byStranger({ kid: '../../../dev/null' })],
    ['a kid that is SQL', await byStranger({ kid: "x' UNION SELECT 'key" })],
    ['RS256 by a stranger', await authority.token({}, { alg: 'RS256' }, rsa.privateKey)],
    ['ES384', await authority.token({}, { alg: 'ES384' }, p384.privateKey)],
    ['EdDSA', await authority.token({}, { alg: 'EdDSA' }, ed25519.privateKey)],
    [
      'a critical header nobody knows',
      await authority
        .token({}, { crit: ['trust'], trust: true })
        .catch(() => `${part({ alg: 'ES256', kid, crit: ['trust'], trust: true })}.${payload}.${signature}`),
    ],
    ['an encrypted token', await encrypted(publicKey)],
    ['expired an hour ago', await signed({ exp: now - 3600 })],
    ['expired ten seconds ago, past the leeway', await signed({ exp: now - 10 })],
    ['no exp', await signed({ exp: undefined })],
    ['an exp that is text', await signed({ exp: '4000000000' })],
    ['not good yet', await signed({ nbf: now + 600 })],
    ["another project's issuer", await signed({ iss: 'https://other.supabase.co/auth/v1' })],
    ['an issuer that only starts alike', await signed({ iss: `${issuer}.evil.example` })],
    ['an issuer without its path', await signed({ iss: authority.url })],
    ['no issuer', await signed({ iss: undefined })],
    ['another audience', await signed({ aud: 'other' })],
    ['no audience', await signed({ aud: undefined })],
    ['an audience that differs in case', await signed({ aud: 'Authenticated' })],
    ['the anon key', await signed({ role: 'anon' })],
    ['the service_role key', await signed({ role: 'service_role' })],
    ['no role', await signed({ role: undefined })],
    ['an anonymous sign-in', await signed({ is_anonymous: true })],
    ['no sub', await signed({ sub: undefined })],
    ['an empty sub', await signed({ sub: '' })],
    ['a sub that is no UUID', await signed({ sub: 'admin' })],
    ['a token of 9 KiB', await signed({ padding: 'x'.repeat(6_600) })],
  ];
}

async function encrypted(publicKey: CryptoKey): Promise<string> {
  const recipient = await generateKeyPair('ECDH-ES');
  const bytes = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)));
  return await new CompactEncrypt(bytes).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' }).encrypt(recipient.publicKey);
}
