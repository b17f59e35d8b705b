/** Bundles for tests: a sealed sample, and the ways in which one is tampered with. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { assembleReport } from '../report/assemble.ts';
import type { RunData } from '../report/run-data.ts';
import { sampleRun } from '../report/testing.ts';
import { writeEntries } from './bundle.ts';
import { openBundle } from './read-bundle.ts';
import { type Sealed, type Sign, sealReport } from './seal.ts';

export const sealSample = (data: RunData = sampleRun(), signer?: Sign): Promise<Sealed> =>
  sealReport({
    report: assembleReport(data),
    toolCalls: data.toolCalls,
    blobs: data.blobs,
    ...(signer === undefined ? {} : { sign: signer }),
  });

/** A key pair whose private half signs as the local key provider does. */
export function ed25519(): { readonly sign: Sign; readonly publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    sign: async (bytes) => ({ signature: sign(null, bytes, privateKey).toString('base64'), keyId: 'test' }),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

type Entries = Map<string, Buffer>;

/** Takes a bundle apart, changes its entries, and writes it again as a tool that knows the format would. */
export async function tampered(zip: Uint8Array, change: (entries: Entries) => Entries | undefined): Promise<Buffer> {
  const { entries } = await openBundle(zip);
  const copy = new Map([...entries].map(([name, bytes]) => [name, Buffer.from(bytes)]));
  return writeEntries(change(copy) ?? copy);
}

/** Changes one JSON file of a bundle; `change` may edit in place. */
export const tamperedJson = (zip: Uint8Array, name: string, change: (value: Json) => void): Promise<Buffer> =>
  tampered(zip, (entries) => {
    const value: Json = JSON.parse(entries.get(name)?.toString() ?? 'null');
    change(value);
    entries.set(name, Buffer.from(sorted(value)));
    return entries;
  });

/** Loosely typed on purpose: whoever tampers keeps to no schema. */
// biome-ignore lint/suspicious/noExplicitAny: tampering reaches into anything
type Json = any;

/** The canonical form, written by other means than the code under test. */
const sorted = (value: Json): string =>
  JSON.stringify(value, (_, one) =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
