import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Parameters of the hash, kept with it so that they can change: 16 MiB and about 40 ms, enough for sign-ins of one machine. */
const cost = { N: 16_384, r: 8, p: 1 } as const;
const KEY_BYTES = 32;

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, cost, (error, key) => (error ? reject(error) : resolve(key))),
  );

/** `scrypt$16384$8$1$<salt>$<key>`, both base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `scrypt$${cost.N}$${cost.r}$${cost.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** `stored` null (no such user) costs the same time as a wrong password, and is one. */
export async function checkPassword(password: string, stored: string | null): Promise<boolean> {
  const [, , , , salt = '', key = ''] = (stored ?? '').split('$');
  const derived = await derive(password, Buffer.from(salt, 'base64url'));
  const expected = Buffer.from(key, 'base64url');
  return expected.length === derived.length && timingSafeEqual(expected, derived);
}
