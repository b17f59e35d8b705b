import { createPublicKey } from 'node:crypto';
import {
  DecryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  KMSClient,
  SignCommand,
} from '@aws-sdk/client-kms';
import { decrypt, encrypt } from './aead.ts';
import { KeyServiceAnswer, SealBroken } from './errors.ts';
import type { KeyProvider } from './keys.ts';

interface Settings {
  readonly sealingKeyId: string;
  readonly signingKeyId: string;
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const FORMAT = 2;

/**
 * Envelope encryption, because KMS itself takes 4 KiB at most: a data key per value, wrapped under the same encryption context.
 * Sealed = format (1 byte) | length of the wrapped key (2 bytes, big-endian) | wrapped key | AES-256-GCM of the value (aead.ts).
 * KMS compares the context on Decrypt, and logs it: ids only.
 */
export function openKmsKeys({ sealingKeyId, signingKeyId, ...connection }: Settings): KeyProvider {
  const client = new KMSClient({
    ...connection,
    maxAttempts: 3,
    requestHandler: { requestTimeout: 3_000, connectionTimeout: 2_000 },
  });
  let publicKey: Promise<string> | undefined;
  return {
    async seal(context, plaintext) {
      const { Plaintext: dataKey, CiphertextBlob: wrapped } = await client.send(
        new GenerateDataKeyCommand({ KeyId: sealingKeyId, KeySpec: 'AES_256', EncryptionContext: { ...context } }),
      );
      if (dataKey === undefined || wrapped === undefined) throw new KeyServiceAnswer('KMS gave no data key.');
      const header = Buffer.alloc(3);
      header.writeUInt8(FORMAT, 0);
      header.writeUInt16BE(wrapped.byteLength, 1);
      const sealed = Buffer.concat([header, wrapped, encrypt(dataKey, context, plaintext)]);
      dataKey.fill(0);
      return sealed;
    },
    async open(context, sealed) {
      const { wrapped, rest } = unpack(sealed);
      const dataKey = await unwrap(client, sealingKeyId, context, wrapped);
      const plaintext = decrypt(dataKey, context, rest);
      dataKey.fill(0);
      return plaintext;
    },
    async sign(bytes) {
      const { Signature: signature } = await client.send(
        new SignCommand({ KeyId: signingKeyId, Message: bytes, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
      );
      if (signature === undefined) throw new KeyServiceAnswer('KMS gave no signature.');
      return { signature: Buffer.from(signature).toString('base64'), keyId: signingKeyId };
    },
    publicKeyPem() {
      publicKey ??= fetchPublicKey(client, signingKeyId).catch((error: unknown) => {
        publicKey = undefined;
        throw error;
      });
      return publicKey;
    },
  };
}

function unpack(sealed: Uint8Array): { wrapped: Uint8Array; rest: Uint8Array } {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < 3 || bytes[0] !== FORMAT) throw new SealBroken('The value was not sealed by KMS.');
  const end = 3 + bytes.readUInt16BE(1);
  return { wrapped: bytes.subarray(3, end), rest: bytes.subarray(end) };
}

async function unwrap(
  client: KMSClient,
  keyId: string,
  context: Readonly<Record<string, string>>,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  try {
    const command = new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: { ...context } });
    const { Plaintext: dataKey } = await client.send(command);
    if (dataKey !== undefined) return dataKey;
  } catch (error) {
    const broken = error instanceof InvalidCiphertextException || error instanceof IncorrectKeyException;
    if (!broken) throw error;
  }
  throw new SealBroken('The sealed value was changed, or was sealed under another context or key.');
}

async function fetchPublicKey(client: KMSClient, keyId: string): Promise<string> {
  const { PublicKey: der } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (der === undefined) throw new KeyServiceAnswer('KMS gave no public key.');
  return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}
