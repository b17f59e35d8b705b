import type { GitHistory, RepositoryFiles } from '../../checks/check.ts';

/** What a collector brings home: typed evidence for the checks, and what it could not see. */
export interface Collected {
  readonly evidence: RepositoryFiles | GitHistory;
  /** What a reader is told of the population; `note` names exclusions and reasons for incompleteness. */
  readonly population: {
    readonly what: string;
    readonly count: number;
    readonly complete: boolean;
    readonly note: string | null;
  };
  /** Single things that could not be seen, each with its reason. */
  readonly gaps: readonly string[];
}
