/** Content blocks by their hash, once per project. The database checks that each is its name's bytes. */
import { connectionOf, type SqlTx, sql } from './tx.ts';

export interface NewBlob {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly content: Uint8Array;
}

/** One statement carries about so many bytes of content, or a single blob that is larger. */
const bytesPerStatement = 8 * 1024 * 1024;

interface Gathering {
  readonly projectId: string;
  readonly blobs: NewBlob[];
  readonly written: Promise<void>;
}
const gathering = new WeakMap<object, Gathering>();

/**
 * Blobs that the project has already are left as they are. In the order of their hashes, so that two writers never wait for each other:
 * of all who share a transaction together, where they ask at once.
 */
export function insertBlobs(tx: SqlTx, projectId: string, blobs: readonly NewBlob[]): Promise<void> {
  const connection = connectionOf(tx);
  const others = gathering.get(connection);
  if (others?.projectId === projectId) {
    others.blobs.push(...blobs);
    return others.written;
  }
  const all = [...blobs];
  const written = Promise.resolve().then(() => {
    gathering.delete(connection);
    return write(tx, projectId, all);
  });
  gathering.set(connection, { projectId, blobs: all, written });
  return written;
}

async function write(tx: SqlTx, projectId: string, blobs: readonly NewBlob[]): Promise<void> {
  const distinct = [...new Map(blobs.map((blob) => [blob.sha256, blob])).values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  for (const part of inParts(distinct, ({ content }) => content.byteLength)) {
    await sql(tx).execute`
      INSERT INTO "Blob" ("projectId", sha256, bytes, content)
      SELECT ${projectId}::uuid, b.sha256, octet_length(b.content), b.content
      FROM unnest(${part.map(({ sha256 }) => sha256)}::text[], ${part.map(({ content }) => content)}::bytea[]) AS b (sha256, content)
      ON CONFLICT DO NOTHING`;
  }
}

/** Those that are there, by hash. */
export async function readBlobs(tx: SqlTx, projectId: string, hashes: readonly string[]): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (let wanted = [...new Set(hashes)]; wanted.length > 0; wanted = wanted.filter((sha256) => !found.has(sha256))) {
    const rows = await sql(tx).query<{ sha256: string; content: Uint8Array }[]>`
      SELECT sha256, content FROM (
        SELECT sha256, content, sum(bytes) OVER (ORDER BY sha256) - bytes AS before FROM "Blob"
        WHERE "projectId" = ${projectId}::uuid AND sha256 = ANY (${wanted}::text[])) b
      WHERE before < ${bytesPerStatement}::int`;
    // The rest is not there.
    if (rows.length === 0) break;
    for (const { sha256, content } of rows) found.set(sha256, content);
  }
  return found;
}

function inParts<T>(items: readonly T[], bytesOf: (item: T) => number): T[][] {
  const parts: T[][] = [];
  let room = 0;
  for (const item of items) {
    room -= bytesOf(item);
    const last = parts.at(-1);
    if (last !== undefined && room >= 0) {
      last.push(item);
    } else {
      parts.push([item]);
      room = bytesPerStatement - bytesOf(item);
    }
  }
  return parts;
}
