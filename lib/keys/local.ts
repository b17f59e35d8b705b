import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { decrypt, encrypt } from './aead.ts';
import { KeyFileUnusable, SealBroken } from './errors.ts';
import type { KeyProvider } from './keys.ts';

const keyFile = z.object({
  version: z.literal(1),
  sealing: z.base64().length(44),
  signing: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
});

/** First byte of what this provider seals; another provider's bytes are refused by name instead of by garbage. */
const FORMAT = 1;

/** Keys in a file that only its owner may read; made on first use. For one machine, not for AWS. */
export async function openLocalKeys(file: string): Promise<KeyProvider> {
  const parsed = keyFile.safeParse(parse(await readOrCreate(file)));
  if (!parsed.success) throw new KeyFileUnusable(`${file} is not a key file of this version.`);
  const sealingKey = Buffer.from(parsed.data.sealing, 'base64');
  const signingKey = createPrivateKey(parsed.data.signing);
  const publicKey = createPublicKey(signingKey);
  const keyId = `local:${createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 32)}`;
  return {
    seal: async (context, plaintext) => Buffer.concat([Buffer.of(FORMAT), encrypt(sealingKey, context, plaintext)]),
    open: async (context, sealed) => {
      if (sealed[0] !== FORMAT) throw new SealBroken('The value was not sealed by a key file.');
      return decrypt(sealingKey, context, sealed.subarray(1));
    },
    sign: async (bytes) => ({ signature: sign(null, bytes, signingKey).toString('base64'), keyId }),
    publicKeyPem: async () => publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Two processes that start at once end up with one file: a link fails where a rename would overwrite. */
async function readOrCreate(file: string): Promise<string> {
  const existing = await readFile(file, 'utf8').catch(ifMissing);
  if (existing !== null) return existing;
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${randomUUID()}`;
  const signing = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const content = { version: 1, sealing: randomBytes(32).toString('base64'), signing };
  await writeFile(fresh, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
  try {
    await link(fresh, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(fresh);
  }
  return await readFile(file, 'utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function ifMissing(error: unknown): null {
  if (hasCode(error, 'ENOENT')) return null;
  throw error;
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
