import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextBytes } from './aead.ts';
import { KeyFileUnusable, SealBroken } from './errors.ts';
import type { KeyProvider } from './keys.ts';
import { openKmsKeys } from './kms.ts';
import { openLocalKeys } from './local.ts';
import { type FakeKms, startFakeKms } from './testing.ts';

const context = { userId: 'u1', connectionId: 'c1', version: '1' };
const plaintext = Buffer.from('{"bearer":"canary"}');
const folder = () => mkdtemp(join(tmpdir(), 'assay-keys-'));

let kms: FakeKms;
const providers = new Map<string, KeyProvider>();
beforeAll(async () => {
  kms = await startFakeKms();
  providers.set('key file', await openLocalKeys(join(await folder(), 'keys.json')));
  providers.set('KMS', openKmsKeys({ ...kms.settings, sealingKeyId: 'sealing', signingKeyId: 'signing' }));
});
afterAll(() => kms.stop());

const provider = (name: string): KeyProvider => {
  const found = providers.get(name);
  if (found === undefined) throw new Error(`no provider ${name}`);
  return found;
};

describe.each(['key file', 'KMS'])('%s', (name) => {
  test('opens what it sealed under the same context, whatever the order of its keys', async () => {
    const sealed = await provider(name).seal(context, plaintext);
    const reordered = { version: '1', connectionId: 'c1', userId: 'u1' };
    expect(Buffer.from(await provider(name).open(reordered, sealed))).toEqual(plaintext);
  });

  test('the sealed bytes do not show the plaintext and differ every time', async () => {
    const [first, second] = await Promise.all([provider(name).seal(context, plaintext), provider(name).seal(context, plaintext)]);
    expect(Buffer.from(first).includes('canary')).toBe(false);
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(false);
  });

  test.each([
    { userId: 'u2', connectionId: 'c1', version: '1' },
    { userId: 'u1', connectionId: 'c2', version: '1' },
    { userId: 'u1', connectionId: 'c1', version: '2' },
    { userId: 'u1', connectionId: 'c1' },
    {},
  ])('moved to another row (%j) it does not open', async (other) => {
    const sealed = await provider(name).seal(context, plaintext);
    await expect(provider(name).open(other, sealed)).rejects.toThrow(SealBroken);
  });

  test('with any one byte changed it does not open', async () => {
    const sealed = Buffer.from(await provider(name).seal(context, plaintext));
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
        await expect(provider(name).open(context, changed)).rejects.toThrow(SealBroken);
      }),
      { numRuns: 60 },
    );
  });

  test('cut short it does not open', async () => {
    const sealed = await provider(name).seal(context, plaintext);
    for (const length of [0, 1, 3, 20, sealed.length - 1]) {
      await expect(provider(name).open(context, sealed.subarray(0, length))).rejects.toThrow(SealBroken);
    }
  });

  test('its signature verifies with its public key, and with nothing else', async () => {
    const { signature, keyId } = await provider(name).sign(Buffer.from('root'));
    const key = createPublicKey(await provider(name).publicKeyPem());
    const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    expect(verify(digest, Buffer.from('root'), key, Buffer.from(signature, 'base64'))).toBe(true);
    expect(verify(digest, Buffer.from('boot'), key, Buffer.from(signature, 'base64'))).toBe(false);
    expect(keyId).not.toBe('');
  });
});

test('what one provider sealed the other refuses by name', async () => {
  const sealed = await provider('key file').seal(context, plaintext);
  await expect(provider('KMS').open(context, sealed)).rejects.toThrow('was not sealed by KMS');
});

test('contexts that differ never have the same bytes', async () => {
  const contexts = fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(contexts, contexts, async (a, b) => {
      const sorted = (value: Record<string, string>) => JSON.stringify(Object.entries(value).sort());
      expect(contextBytes(a).equals(contextBytes(b))).toBe(sorted(a) === sorted(b));
    }),
  );
});

describe('the key file', () => {
  test('is made once even when eight processes start at the same moment, for its owner only', async () => {
    const dir = await folder();
    const file = join(dir, 'keys.json');
    const opened = await Promise.all(Array.from({ length: 8 }, () => openLocalKeys(file)));
    const pems = await Promise.all(opened.map((keys) => keys.publicKeyPem()));
    expect(new Set(pems).size).toBe(1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['keys.json']);
  });

  test('survives a restart', async () => {
    const file = join(await folder(), 'keys.json');
    const sealed = await (await openLocalKeys(file)).seal(context, plaintext);
    expect(Buffer.from(await (await openLocalKeys(file)).open(context, sealed))).toEqual(plaintext);
  });

  test('that holds something else is named and left as it is', async () => {
    const file = join(await folder(), 'keys.json');
    await writeFile(file, 'not keys');
    await expect(openLocalKeys(file)).rejects.toThrow(KeyFileUnusable);
    expect(await readFile(file, 'utf8')).toBe('not keys');
  });
});
