/** What a seal covers, in order: the report without its seal, each ledger row, each evidence row, each cited blob. */
import { canonicalJson } from './canonical.ts';
import { leafHash } from './merkle.ts';

export interface Leaf {
  /** As a person would point at it: "report.json", "ledger row 3 (tool call ...)", "blobs/<sha256>". */
  readonly name: string;
  /** Leaf hash, lower-case hex. */
  readonly hash: string;
}

/** `report` without `seal`; `rows` in ledger order; `blobHashes` sorted, each once: a blob's leaf is over the 32 bytes of its hash. */
export function leavesOf(report: unknown, rows: readonly unknown[], blobHashes: readonly string[]): Leaf[] {
  const json = (value: unknown): string => leafHash(Buffer.from(canonicalJson(value))).toString('hex');
  return [
    { name: 'report.json', hash: json(report) },
    ...rows.map((row, index) => ({ name: rowName(row, index), hash: json(row) })),
    ...blobHashes.map((sha256) => ({ name: `blobs/${sha256}`, hash: leafHash(Buffer.from(sha256, 'hex')).toString('hex') })),
  ];
}

function rowName(row: unknown, index: number): string {
  const field = (name: string): string => {
    const value: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined;
    return typeof value === 'string' ? value.slice(0, 60) : '?';
  };
  const kind = field('row') === 'evidence' ? 'evidence' : 'tool call';
  return `ledger.json row ${index} (${kind} ${field('id')})`;
}
