import type { RepositoryFile } from '../check.ts';
import { type excerpt, isText } from '../cite.ts';

/** A parsed file, or why there is nothing to judge: the resource is then `unknown`. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** A file whose text was read: what can be parsed and cited. */
export type TextFile = Parameters<typeof excerpt>[0];

/** Thrown by a reader when the text is well-formed but not of the expected shape ("the top level is not a mapping"). */
export class UnexpectedShapeError extends Error {
  override readonly name = 'UnexpectedShapeError';
}

/**
 * Parses each file object once, whichever check asks first. A parser's exception becomes a reason that names the kind
 * of error only: parser messages often repeat lines of the file, and a line may hold a secret.
 */
export function perFile<T>(format: string, parse: (file: TextFile) => T): (file: RepositoryFile) => Parsed<T> {
  const cache = new WeakMap<RepositoryFile, Parsed<T>>();
  return (file) => {
    const known = cache.get(file);
    if (known !== undefined) return known;
    const parsed = attempt(format, file, parse);
    cache.set(file, parsed);
    return parsed;
  };
}

function attempt<T>(format: string, file: RepositoryFile, parse: (file: TextFile) => T): Parsed<T> {
  if (!isText(file)) return { ok: false, reason: notRead(file) };
  try {
    return { ok: true, value: parse(file) };
  } catch (error) {
    const why = error instanceof UnexpectedShapeError ? error.message : error instanceof Error ? error.name : 'unknown error';
    return { ok: false, reason: `The file is not ${format} that can be read (${why})` };
  }
}

/** Why a listed file has no text, as a sentence. */
export function notRead(file: RepositoryFile): string {
  return file.content.kind === 'text' ? 'The file was read' : `The file was not read: ${file.content.reason}`;
}
