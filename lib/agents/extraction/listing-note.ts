/** What a reader is told of a listing of files: what was left out, and by which rule. */
import type { RepositoryFile } from '../../checks/check.ts';

export interface LeftOut {
  /** How many entries each rule left out. */
  readonly excluded: ReadonlyMap<string, number>;
  /** How many folders could not be listed. */
  readonly unlisted: number;
  readonly submodules: number;
}

/** Sentences in one line; null where there is nothing to tell. */
export function listingNote({ excluded, unlisted, submodules }: LeftOut, files: readonly RepositoryFile[]): string | null {
  const parts: string[] = [];
  const count = (rule: string): number => excluded.get(rule) ?? 0;
  const were = (number: number): string => (number === 1 ? 'was' : 'were');
  const say = (number: number, one: string, many: string, then: string): void => {
    if (number > 0) parts.push(`${number} ${number === 1 ? one : many} ${then}`);
  };
  const skipped = count('skipped');
  say(skipped, 'folder', 'folders', `of version control or installed dependencies ${were(skipped)} not entered`);
  say(count('.gitignore'), 'entry', 'entries', `that .gitignore names ${were(count('.gitignore'))} left out`);
  say(count('.assayignore'), 'entry', 'entries', `that .assayignore puts out of scope ${were(count('.assayignore'))} left out`);
  const binary = files.filter(({ content }) => content.kind === 'not-read' && content.reason === 'binary').length;
  say(binary, 'file is', 'files are', `not text and ${were(binary)} listed without being read`);
  say(submodules, 'submodule', 'submodules', `${were(submodules)} not entered`);
  say(unlisted, 'folder', 'folders', 'could not be listed, so the count is a minimum');
  return parts.length === 0 ? null : `${parts.join('; ')}.`;
}
