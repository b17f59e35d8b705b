/** Does a population's statement say only what its predicate computes? */
import type { Population } from '../domain/population.ts';
import { predicateWords, type StatedPredicate } from './predicate.ts';
import { type Source, source, supports } from './sources.ts';
import { tokensOf } from './tokens.ts';

/** A population as a check cites it, or as a report prints it. */
export interface Stated {
  readonly predicate: StatedPredicate;
  readonly count: number;
  readonly statement: string;
}

/** How many members the listing has of each kind; 0 where it lists none of that kind. */
export interface PopulationSizes {
  readonly files: number;
  readonly commits: number;
  readonly tags: number;
  readonly records: number;
}

export const sizesOf = ({ files, commits, tags, records }: Population): PopulationSizes => ({
  files: files?.length ?? 0,
  commits: commits?.length ?? 0,
  tags: tags?.length ?? 0,
  records: records?.length ?? 0,
});

/** The first figure, identifier or quoted text that is neither the count, nor a size of the population, nor in the predicate; null when there is none. */
export function foreignFigure({ predicate, count, statement }: Stated, sizes: PopulationSizes): string | null {
  const figures: Source = source([...[count, ...Object.values(sizes)].map(String), ...predicateWords(predicate)]);
  const foreign = tokensOf(statement).find((token) => token.kind !== 'name' && !supports([figures], token));
  return foreign?.value ?? null;
}
