import { createHash } from 'node:crypto';
import type { Report, Seal, UnsealedReport } from '../contract/report.ts';
import { citedBlobs, type ToolCallRow } from '../report/run-data.ts';
import { canonicalJson } from './canonical.ts';
import { UnsealableReport } from './errors.ts';
import { leavesOf } from './leaves.ts';
import { type LedgerRow, ledgerOf } from './ledger.ts';
import { merkleRoot } from './merkle.ts';

/** Signs the bytes of `signedBytes`: KMS (ECDSA over SHA-256), or an Ed25519 key on one machine. `signature` is base64. */
export type Sign = (bytes: Uint8Array) => Promise<{ readonly signature: string; readonly keyId: string }>;

/** What a bundle holds. */
export interface Sealed {
  readonly report: Report;
  readonly ledger: readonly LedgerRow[];
  /** Exactly the blobs that the report's evidence cites. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

export interface SealInput {
  readonly report: UnsealedReport;
  readonly toolCalls: readonly Pick<ToolCallRow, 'id' | 'planTaskId' | 'callKey' | 'attempt'>[];
  /** May hold more than is cited. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  readonly sign?: Sign;
}

/** @throws UnsealableReport when a cited blob is missing or has another hash. */
export async function sealReport({ report, toolCalls, blobs, sign }: SealInput): Promise<Sealed> {
  const hashes = citedBlobs(report.evidence, report.toolCalls);
  const cited = new Map(hashes.map((hash) => [hash, citedBytes(blobs, hash)]));
  const ledger = ledgerOf(report, toolCalls);
  const leaves = leavesOf(report, ledger, hashes);
  const root = merkleRoot(leaves.map(({ hash }) => Buffer.from(hash, 'hex'))).toString('hex');
  const bare: Seal = { algorithm: 'sha256-merkle', root, leaves: leaves.length, leafHashes: leaves.map(({ hash }) => hash) };
  const seal = sign === undefined ? bare : { ...bare, ...(await sign(signedBytes(bare, report.run.id))) };
  return { report: { ...report, seal }, ledger, blobs: cited };
}

/** Root, number of leaves and run id: what a signature is over. */
export const signedBytes = ({ root, leaves }: Pick<Seal, 'root' | 'leaves'>, runId: string): Uint8Array =>
  Buffer.from(canonicalJson({ root, leaves, runId }));

function citedBytes(blobs: ReadonlyMap<string, Uint8Array>, hash: string): Uint8Array {
  const bytes = blobs.get(hash);
  if (bytes === undefined) throw new UnsealableReport(`The cited bytes ${hash} are missing`);
  if (createHash('sha256').update(bytes).digest('hex') !== hash)
    throw new UnsealableReport(`The cited bytes ${hash} have another hash`);
  return bytes;
}
