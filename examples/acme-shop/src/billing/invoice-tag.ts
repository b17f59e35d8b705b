import { createHash } from 'node:crypto';

/** An ETag: tells whether an invoice changed, and protects nothing. */
export const etagOf = (document: Uint8Array): string => `"${createHash('md5').update(document).digest('base64url')}"`;
