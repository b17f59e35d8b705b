import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { InvalidObjectKey, ObjectsIncomplete } from './errors.ts';

export interface Objects {
  put(key: string, body: Uint8Array | string, contentType: string): Promise<void>;
  /** Is there an object under this key? */
  has(key: string): Promise<boolean>;
  /** A URL that reads this one object for `seconds`; with `downloadName` browsers save it under that name instead of showing it. */
  presign(key: string, seconds: number, downloadName?: string): Promise<string>;
  /** Removes every object whose key starts with the prefix; gives their number. */
  remove(prefix: string): Promise<number>;
}

interface Settings {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Keys are generated from ids, so this is the shape they have: segments of letters, digits, dot, dash and underscore,
 * none of them `.` or `..`. Nothing that a user typed is ever part of a key.
 */
const segment = '(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]{1,128}';
const keyShape = new RegExp(`^${segment}(?:/${segment}){0,9}$`);
const prefixShape = new RegExp(`^(?:${segment}/){1,9}$`);

/** Private object storage: S3, or a folder behind the same protocol on one machine. */
export function openObjects({ bucket, ...connection }: Settings): Objects {
  const client = new S3Client({
    ...connection,
    // A loopback endpoint has no wildcard DNS for bucket names.
    forcePathStyle: connection.endpoint !== undefined,
    maxAttempts: 3,
    requestHandler: { requestTimeout: 20_000, connectionTimeout: 3_000 },
  });
  return {
    async put(key, body, contentType) {
      // As bytes: the SDK takes an empty string for a stream of unknown length.
      const options = { Bucket: bucket, Key: checked(key), Body: Buffer.from(body), ContentType: contentType };
      await client.send(new PutObjectCommand({ ...options, CacheControl: 'private, no-store' }));
    },
    async has(key) {
      try {
        await client.send(new HeadObjectCommand({ Bucket: bucket, Key: checked(key) }));
        return true;
      } catch (error) {
        if (error instanceof NotFound) return false;
        throw error;
      }
    },
    async presign(key, seconds, downloadName) {
      const disposition = downloadName === undefined ? {} : { ResponseContentDisposition: attachment(downloadName) };
      const command = new GetObjectCommand({ Bucket: bucket, Key: checked(key), ...disposition });
      return await getSignedUrl(client, command, { expiresIn: seconds });
    },
    async remove(prefix) {
      if (!prefixShape.test(prefix)) throw new InvalidObjectKey('A prefix ends with a slash and holds generated names only.');
      let removed = 0;
      // Listing from the start each time: what was deleted is no longer listed, so no continuation token can go stale.
      for (;;) {
        const { Contents: found = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
        const keys = found.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
        if (keys.length === 0) return removed;
        const { Errors: failed = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys, Quiet: true } }),
        );
        if (failed.length > 0) throw new ObjectsIncomplete(`${failed.length} of ${keys.length} objects could not be removed.`);
        removed += keys.length;
      }
    },
  };
}

function checked(key: string): string {
  if (!keyShape.test(key)) throw new InvalidObjectKey('An object key holds generated names only.');
  return key;
}

/** RFC 6266; the name is reduced to what needs no quoting. */
const attachment = (name: string): string => `attachment; filename="${name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 100)}"`;
