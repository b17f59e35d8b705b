/** Cites where a secret stands without citing the secret. */
import type { Citation, RepositoryFiles } from '../check.ts';
import { excerpt } from '../cite.ts';
import { countPaths, literalGlob } from '../observe.ts';
import type { TextFile } from '../parse/memo.ts';
import type { FoundSecret } from './scan.ts';

const pemHeader = /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;
/** What names a value: `api_key: "`, `DB_PASSWORD=`, `Authorization: Bearer `. */
const naming = /[A-Za-z_][\w.-]*["'`\])]*\s*(?:=>|:=|[:=(,])\s*(?:(?:Bearer|Basic|token)\s+)?["'`]?$|[A-Za-z][\w-]*\s+["'`]?$/;

/** The key before the secret on its line, or a private key's header; else that a file of this path is listed. */
export function citePlace(input: RepositoryFiles, file: TextFile, secret: FoundSecret, all: readonly FoundSecret[]): Citation {
  const { text } = file.content;
  const header = pemHeader.exec(text.slice(secret.from, secret.from + 100));
  if (header) return excerpt(file, secret.from, secret.from + header[0].length);
  const earlier = all.filter(({ to }) => to <= secret.from).map(({ to }) => to);
  const lineStart = text.lastIndexOf('\n', secret.from - 1) + 1;
  // The naming part is short; a minified line is not, and may hold more than one secret.
  const from = Math.max(lineStart, secret.from - 80, ...earlier);
  const found = naming.exec(text.slice(from, secret.from));
  const value = text.slice(secret.from, secret.to);
  if (found === null || found[0].includes(value)) return countPaths(input, [literalGlob(file.path)]);
  return excerpt(file, from + found.index, from + found.index + found[0].trimEnd().length);
}
