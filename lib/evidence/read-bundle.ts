/** Takes a bundle apart. Refuses, by name, every entry that a bundle cannot have; never writes to disk and never inflates. */
import { readFile, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { sentence } from '../domain/verdict.ts';
import { LEDGER, REPORT } from './bundle.ts';
import { UnreadableBundle } from './errors.ts';
import type { Problem } from './problem.ts';

/** The most a bundle may weigh, in bytes: entries are stored, so this bounds all that is ever held. */
const MAX_BUNDLE_BYTES = 1024 ** 3;
/** Report, ledger, and a blob for each cited block. */
const MAX_ENTRIES = 100_000;

export interface Opened {
  readonly bytes: Buffer;
  /** In the order of the archive; only entries that a bundle may have. */
  readonly entries: ReadonlyMap<string, Buffer>;
  readonly problems: readonly Problem[];
}

/** @throws UnreadableBundle when there is no such file, or it is too large. */
export async function openBundle(bundle: string | Uint8Array): Promise<Opened> {
  const bytes =
    typeof bundle === 'string' ? await readBounded(bundle) : Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries = new Map<string, Buffer>();
  const problems: Problem[] = [];
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, decodeStrings: false, autoClose: false });
    let count = 0;
    for await (const entry of zip.eachEntry()) {
      count += 1;
      if (count > MAX_ENTRIES) throw new RangeError(`it has more than ${MAX_ENTRIES} entries`);
      await take(zip, entry, entries, problems, bytes.byteLength);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    problems.push({
      kind: 'container',
      where: 'the archive',
      message: sentence(`It cannot be read as a zip archive: ${message}`),
    });
  }
  return { bytes, entries, problems };
}

async function take(zip: ZipFile, entry: Entry, entries: Map<string, Buffer>, problems: Problem[], limit: number): Promise<void> {
  const name = Buffer.from(entry.fileName).toString('utf8');
  const refuse = (kind: Problem['kind'], message: string): number =>
    problems.push({ kind, where: JSON.stringify(name), message });
  if (/(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|\\|\0/.test(name)) refuse('refused-name', 'Its name leads out of the archive.');
  else if (name !== REPORT && name !== LEDGER && !/^blobs\/[0-9a-f]{64}$/.test(name))
    refuse('unlisted', 'A bundle has no such file.');
  else if (entries.has(name)) refuse('unlisted', 'The archive holds two files of this name.');
  else if (entry.compressionMethod !== 0 || entry.compressedSize !== entry.uncompressedSize || entry.isEncrypted()) {
    refuse('container', 'It is compressed or encrypted; a bundle stores its files as they are.');
  } else if (entry.uncompressedSize > limit) refuse('container', 'It claims to be larger than the archive.');
  else entries.set(name, await buffer(await zip.openReadStreamPromise(entry)));
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BUNDLE_BYTES) throw new UnreadableBundle(`${path} is larger than ${MAX_BUNDLE_BYTES} bytes`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof UnreadableBundle) throw error;
    throw new UnreadableBundle(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
