/** `bundle.zip`: report.json, ledger.json and blobs/<sha256>. The same content always gives the same bytes. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { canonicalJson } from './canonical.ts';
import type { Sealed } from './seal.ts';

/**
 * Nothing is compressed: what deflate writes depends on its version, and a reader that accepts only stored entries cannot be
 * made to inflate a bomb. The earliest time a zip can hold, in its own fields only, is the same in every time zone.
 */
const entry = { compress: false, forceDosTimestamp: true, mtime: new Date(0), mode: 0o100644 };

export const REPORT = 'report.json';
export const LEDGER = 'ledger.json';
export const blobName = (sha256: string): string => `blobs/${sha256}`;

export const writeBundle = ({ report, ledger, blobs }: Sealed): Promise<Buffer> =>
  writeEntries([
    [REPORT, Buffer.from(canonicalJson(report))],
    [LEDGER, Buffer.from(canonicalJson(ledger))],
    ...[...blobs].map(([sha256, bytes]): [string, Uint8Array] => [blobName(sha256), bytes]),
  ]);

/** The container alone, in the order given. */
export async function writeEntries(entries: Iterable<readonly [name: string, bytes: Uint8Array]>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of entries) {
    zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), name, entry);
  }
  zip.end();
  return buffer(zip.outputStream);
}
