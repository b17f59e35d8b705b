import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { CredentialFree } from './credential-free.ts';

/** The most one tool result may hold, decoded, in bytes (evidence.md, the ledger). */
export const MAX_RESULT_BYTES = 4 * 1024 * 1024;

/** One content block, decoded: text as its UTF-8 bytes, base64 as its bytes, an embedded resource as what it holds. Kept up to the cap and then marked. */
export interface ResultBlock {
  readonly index: number;
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
}

export interface ToolResult {
  /** False when the tool itself answered with an error. */
  readonly ok: boolean;
  /** Why, in the tool's words without the connection's credentials; null where all is well. At most MAX_REASON characters. */
  readonly reason: string | null;
  readonly blocks: readonly ResultBlock[];
  /** Hash over the decoded blocks in order: what a re-performed call is compared with. */
  readonly sha256: string;
}

/** Of a reason that is shown, in characters. */
const MAX_REASON = 500;

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface ContentBlock {
  readonly type: string;
  readonly text?: unknown;
  readonly data?: unknown;
  readonly resource?: unknown;
}

/** Decodes the blocks of an answer; once the cap is reached the rest is cut, and says so. */
export function decodeResult(
  content: readonly ContentBlock[],
  { isError, credentialFree }: { readonly isError: boolean; readonly credentialFree: CredentialFree },
): ToolResult {
  const whole = createHash('sha256');
  let left = MAX_RESULT_BYTES;
  const blocks = content.map((block, index) => {
    const decoded = decodeBlock(block);
    whole.update(decoded);
    const bytes = decoded.byteLength <= left ? decoded : decoded.subarray(0, left);
    left -= bytes.byteLength;
    return { index, sha256: sha256Hex(bytes), bytes, truncated: bytes.byteLength < decoded.byteLength };
  });
  return { ok: !isError, reason: isError ? reasonIn(content, credentialFree) : null, blocks, sha256: whole.digest('hex') };
}

/** Cut last: of a credential that is cut in the middle, half would stay. */
function reasonIn(content: readonly ContentBlock[], credentialFree: CredentialFree): string {
  const text = content.find((block) => typeof block.text === 'string' && block.text !== '')?.text;
  return typeof text === 'string' ? credentialFree(text).slice(0, MAX_REASON) : 'the tool gave no reason';
}

/** A file that stands in the answer itself. */
const embedded = z.object({ text: z.string().optional(), blob: z.string().optional() });

function decodeBlock(block: ContentBlock): Uint8Array {
  if (typeof block.text === 'string') return Buffer.from(block.text, 'utf8');
  if (typeof block.data === 'string') return Buffer.from(block.data, 'base64');
  const { text, blob } = embedded.safeParse(block.resource).data ?? {};
  if (text !== undefined) return Buffer.from(text, 'utf8');
  if (blob !== undefined) return Buffer.from(blob, 'base64');
  return Buffer.from(JSON.stringify(block), 'utf8');
}
