/** Does a population's statement say only what its predicate computes? */
import { type Source, source, supports } from './sources.ts';
import { tokensOf } from './tokens.ts';

/** A population as a check cites it, or as a report prints it. */
export interface Stated {
  readonly predicate: { readonly args: object };
  readonly count: number;
  readonly statement: string;
}

/** How many members the listing has of each kind; 0 where it lists none of that kind. */
export interface PopulationSizes {
  readonly files: number;
  readonly commits: number;
  readonly tags: number;
}

/** The first figure, identifier or quoted text that is neither the count, nor a size of the population, nor in the predicate; null when there is none. */
export function foreignFigure({ predicate, count, statement }: Stated, sizes: PopulationSizes): string | null {
  const args = Object.values(predicate.args).map((value: unknown) => [value].flat());
  const figures: Source = source([
    ...[count, sizes.files, sizes.commits, sizes.tags].map(String),
    ...args.flatMap((values) => values.map(String)),
    // A glob may be written in a statement with its list punctuation.
    ...args.map((values) => values.join(', ')),
  ]);
  const foreign = tokensOf(statement).find((token) => token.kind !== 'name' && !supports([figures], token));
  return foreign?.value ?? null;
}
