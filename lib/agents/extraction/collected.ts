import type { EvidenceOfSource } from '../../checks/check.ts';
import type { CallTools } from '../tools.ts';

/** What a collector brings home: typed evidence for the checks, and what it could not see. */
export interface Collected<E extends EvidenceOfSource = EvidenceOfSource> {
  readonly evidence: E;
  readonly populations: readonly CollectedPopulation[];
  /** Single things that could not be seen, each with its reason. */
  readonly gaps: readonly string[];
}

/** What a reader is told of a population; `note` names exclusions and reasons for incompleteness. */
export interface CollectedPopulation {
  readonly what: string;
  readonly count: number;
  readonly complete: boolean;
  readonly note: string | null;
}

export interface CollectContext {
  /** ISO 8601: the one clock of the assessment. */
  readonly asOf: string;
  /** What of the server is assessed, in its profile's words. */
  readonly scope: Readonly<Record<string, string>>;
}

/** Reads one capability of one kind of server. @throws what `call` throws */
export type Collector = (call: CallTools, context: CollectContext) => Promise<Collected>;
