import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** An object with what S3 keeps beside its bytes. `etag` is the MD5 of the bytes in quotes, as S3 has it. */
export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
}

export interface Folder {
  put(key: string, body: Buffer, contentType: string): Promise<string>;
  /** Null when there is none. */
  get(key: string): Promise<StoredObject | null>;
  remove(key: string): Promise<void>;
  /** Sorted. */
  list(prefix: string): Promise<{ key: string; size: number }[]>;
}

/** The key cannot be a path below the folder. */
export class ForeignKey extends Error {
  override readonly name = 'ForeignKey';
}

const OBJECTS = 'objects';
const TYPES = 'types';

/** Objects as files: the bytes under `objects/`, the content type under `types/`. A write is there whole or not at all. */
export function openFolder(root: string): Folder {
  const place = (kind: string, key: string): string => below(join(root, kind), key);
  return {
    async put(key, body, contentType) {
      const [type, object] = await Promise.all([
        written(place(TYPES, key), Buffer.from(contentType)),
        written(place(OBJECTS, key), body),
      ]);
      await type.show();
      await object.show();
      return etagOf(body);
    },
    async get(key) {
      const [body, contentType] = await Promise.all([readOrNull(place(OBJECTS, key)), readOrNull(place(TYPES, key))]);
      if (body === null) return null;
      return { body, contentType: contentType?.toString('utf8') ?? 'application/octet-stream', etag: etagOf(body) };
    },
    async remove(key) {
      await rm(place(OBJECTS, key), { force: true });
      await rm(place(TYPES, key), { force: true });
    },
    async list(prefix) {
      const base = join(root, OBJECTS);
      const entries = await readdir(base, { recursive: true, withFileTypes: true }).catch(() => []);
      const keys = entries
        .filter((entry) => entry.isFile() && !entry.name.startsWith(UNFINISHED))
        .map((entry) => relative(base, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .filter((key) => key.startsWith(prefix))
        .sort();
      return await Promise.all(keys.map(async (key) => ({ key, size: (await stat(place(OBJECTS, key))).size })));
    },
  };
}

const UNFINISHED = '.unfinished-';

/** Throws ForeignKey for whatever would leave the folder, by any spelling. */
export function below(folder: string, key: string): string {
  const segments = key.split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no file name holds them
  const odd = segments.some((part) => part === '' || part === '.' || part === '..' || /[\\:\u0000-\u001f\u007f]/.test(part));
  const path = resolve(folder, ...segments);
  if (odd || !path.startsWith(resolve(folder) + sep)) throw new ForeignKey('This key is no path below the folder.');
  return path;
}

/** On disk, and nobody sees it yet. */
async function written(path: string, body: Buffer): Promise<{ show(): Promise<void> }> {
  await mkdir(dirname(path), { recursive: true });
  const fresh = join(dirname(path), `${UNFINISHED}${randomUUID()}`);
  await writeFile(fresh, body, { mode: 0o600, flush: true });
  return { show: () => rename(fresh, path) };
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR')
    )
      return null;
    throw error;
  }
}

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;
