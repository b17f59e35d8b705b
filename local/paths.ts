import { resolve } from 'node:path';

/** Everything that the local runtime keeps: databases, keys, reports, logs. Deleting it starts anew. */
export const dataDirectory = resolve(import.meta.dirname, '..', '.assay');
