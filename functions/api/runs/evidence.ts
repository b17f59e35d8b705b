import type { EvidenceItem } from '../../../lib/contract/report.ts';
import { readBlobs } from '../../../lib/store/ledger.ts';
import type { Tx } from '../../../lib/store/store.ts';

/** Bytes shown on each side of an excerpt. */
const AROUND = 2048;

/** The text around an excerpt; null for a population, which has no place. */
export async function surroundingsOf(
  tx: Tx,
  projectId: string,
  evidence: EvidenceItem,
): Promise<{ before: string; after: string } | null> {
  if (evidence.kind === 'population') return null;
  const bytes = (await readBlobs(tx, projectId, [evidence.blobSha256])).get(evidence.blobSha256);
  if (bytes === undefined) return null;
  // A cut inside a character gives a replacement character at the edge, which is only for display.
  const text = (from: number, to: number): string => Buffer.from(bytes.subarray(Math.max(0, from), to)).toString('utf8');
  return { before: text(evidence.start - AROUND, evidence.start), after: text(evidence.end, evidence.end + AROUND) };
}
