import { type Answered, derivedFile } from '../domain/derived.ts';
import { sha256Hex, type ToolResult } from '../mcp/result.ts';
import type { CompletedCall } from '../store/ledger.ts';

/** The blocks as they came, and the file that stands in the only one. */
export function keptBlocks(call: Answered, { ok, blocks }: ToolResult): CompletedCall['blobs'] {
  const sent = blocks.map(({ bytes, ...block }) => ({ ...block, bytes: bytes.byteLength, content: bytes }));
  const [only] = sent;
  const isWhole = ok && only !== undefined && sent.length === 1 && !only.truncated;
  const file = isWhole ? derivedFile(call, only.content) : null;
  if (file === null) return sent;
  const derived = { index: 1, sha256: sha256Hex(file), bytes: file.byteLength, truncated: false, derivedFrom: 0, content: file };
  return [...sent, derived];
}
