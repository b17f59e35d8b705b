import * as z from 'zod';
import type { KeyProvider } from '../keys/keys.ts';

/** Credentials are headers, whatever they were given as: a bearer token is `Authorization: Bearer …`. */
const headers = z.record(z.string(), z.string());

export interface SealedFor {
  readonly userId: string;
  readonly id: string;
  /** Raised by every change, so that an old ciphertext put back does not open. */
  readonly version: number;
}

/** What the ciphertext is bound to: moved to another user's or another connection's row, it does not open. */
const contextOf = ({ userId, id, version }: SealedFor) => ({ user: userId, connection: id, version: String(version) });

export const sealCredentials = (
  keys: KeyProvider,
  connection: SealedFor,
  credentials: Readonly<Record<string, string>>,
): Promise<Uint8Array> => keys.seal(contextOf(connection), Buffer.from(JSON.stringify(credentials), 'utf8'));

/** Opened only inside the task that uses them. Throws SealBroken. */
export async function openCredentials(
  keys: KeyProvider,
  connection: SealedFor & { readonly sealed: Uint8Array | null },
): Promise<Record<string, string>> {
  if (connection.sealed === null) return {};
  const plain = await keys.open(contextOf(connection), connection.sealed);
  return headers.parse(JSON.parse(Buffer.from(plain).toString('utf8')));
}
