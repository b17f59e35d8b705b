import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';

/** The bank has a certificate authority of its own. */
export const bankAgent = (authorityFile: string): Agent =>
  new Agent({ ca: readFileSync(authorityFile), rejectUnauthorized: true, minVersion: 'TLSv1.3' });
