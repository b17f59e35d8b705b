/** One block of an answer that counts towards a population, as the ledger holds it. */
import { isUtf8 } from 'node:buffer';
import { UnparsableListing } from './errors.ts';

/** One call that listed members, or that read an ignore file which narrows the listing, and the bytes it returned. */
export interface ListingBlob {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The block's place in the answer. */
  readonly index: number;
  readonly bytes: Uint8Array;
  /** The bytes were cut at the cap: what is missing cannot be counted. */
  readonly truncated: boolean;
}

/** What a parser makes of its text. @throws UnparsableListing naming the call */
export function read<T>(listing: ListingBlob, parse: (text: string) => readonly T[]): readonly T[] {
  try {
    return parse(textIn(listing));
  } catch (error) {
    if (error instanceof UnparsableListing) throw new UnparsableListing(`${named(listing)} cannot be read: ${error.message}`);
    throw error;
  }
}

export function textIn({ bytes }: ListingBlob): string {
  if (!isUtf8(bytes)) throw new UnparsableListing('it is not UTF-8 text');
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

export const named = ({ tool, args }: ListingBlob): string =>
  typeof args['path'] === 'string' ? `${tool} of ${args['path']}` : tool;
