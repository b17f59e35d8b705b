import { resolve } from 'node:path';

/** Everything that the local runtime keeps: databases, keys, reports, logs. Deleting it starts anew. ASSAY_DATA_DIR names another place. */
export const dataDirectory = process.env['ASSAY_DATA_DIR']
  ? resolve(process.env['INIT_CWD'] ?? '.', process.env['ASSAY_DATA_DIR'])
  : resolve(import.meta.dirname, '..', '.assay');
