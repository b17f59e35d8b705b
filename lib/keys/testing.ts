/** KMS's JSON protocol in memory, for tests: the four operations that kms.ts calls, with the checks that KMS makes. */
import { createCipheriv, createDecipheriv, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import { contextBytes } from './aead.ts';

export interface FakeKms {
  readonly settings: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  stop(): Promise<void>;
}

const context = z.record(z.string(), z.string()).default({});
const requests = {
  GenerateDataKey: z.object({ KeyId: z.string(), EncryptionContext: context }),
  Decrypt: z.object({ KeyId: z.string(), CiphertextBlob: z.base64(), EncryptionContext: context }),
  Sign: z.object({
    KeyId: z.string(),
    Message: z.base64(),
    MessageType: z.literal('RAW'),
    SigningAlgorithm: z.literal('ECDSA_SHA_256'),
  }),
};

class InvalidCiphertext extends Error {
  override readonly name = 'InvalidCiphertextException';
}

export async function startFakeKms(): Promise<FakeKms> {
  const wrappingKey = randomBytes(32);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  function answer(operation: string, body: unknown): object {
    switch (operation) {
      case 'GenerateDataKey': {
        const { KeyId, EncryptionContext } = requests.GenerateDataKey.parse(body);
        const dataKey = randomBytes(32);
        const iv = randomBytes(12);
        const cipher = createCipheriv('aes-256-gcm', wrappingKey, iv).setAAD(contextBytes(EncryptionContext));
        const wrapped = Buffer.concat([iv, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
        return { KeyId, Plaintext: dataKey.toString('base64'), CiphertextBlob: wrapped.toString('base64') };
      }
      case 'Decrypt': {
        const { KeyId, CiphertextBlob, EncryptionContext } = requests.Decrypt.parse(body);
        return { KeyId, Plaintext: unwrap(Buffer.from(CiphertextBlob, 'base64'), EncryptionContext).toString('base64') };
      }
      case 'Sign': {
        const { KeyId, Message } = requests.Sign.parse(body);
        return { KeyId, Signature: sign('sha256', Buffer.from(Message, 'base64'), privateKey).toString('base64') };
      }
      case 'GetPublicKey':
        return { PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') };
      default:
        throw new InvalidCiphertext(operation);
    }
  }

  function unwrap(wrapped: Buffer, encryptionContext: Record<string, string>): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', wrappingKey, wrapped.subarray(0, 12), { authTagLength: 16 });
      decipher.setAAD(contextBytes(encryptionContext)).setAuthTag(wrapped.subarray(-16));
      return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]);
    } catch {
      throw new InvalidCiphertext();
    }
  }

  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    try {
      const body: unknown = JSON.parse((await buffer(request)).toString('utf8'));
      const result = JSON.stringify(answer(operation, body));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(result);
    } catch (error) {
      const type = error instanceof InvalidCiphertext ? error.name : 'ValidationException';
      response
        .writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify({ __type: type, message: type }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port.');
  return {
    settings: {
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${address.port}`,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
