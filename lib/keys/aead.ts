import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SealBroken } from './errors.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The context as bytes: one encoding whatever the order of its keys. */
export function contextBytes(context: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Buffer.from(JSON.stringify(entries));
}

/** AES-256-GCM with the context as additional data: iv (12 bytes) | tag (16 bytes) | ciphertext. */
export function encrypt(key: Uint8Array, context: Readonly<Record<string, string>>, plaintext: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(contextBytes(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
}

/** Throws SealBroken. */
export function decrypt(key: Uint8Array, context: Readonly<Record<string, string>>, sealed: Uint8Array): Buffer {
  if (sealed.byteLength < IV_BYTES + TAG_BYTES) throw new SealBroken('The sealed value is too short.');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(contextBytes(context));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw new SealBroken('The sealed value was changed, or was sealed under another context or key.');
  }
}
