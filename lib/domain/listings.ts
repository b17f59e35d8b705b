/** Readers of what listing tools print. Strict: a name with a line break in it must not add or hide an entry. */
import * as z from 'zod';
import { UnparsableListing } from './errors.ts';
import { parsedJson } from './parsed-json.ts';

export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  /** To the listing's own precision (three digits above 1 KB); null for directories. */
  readonly sizeBytes: number | null;
}

const NAME_WIDTH = 30;
const SIZE_WIDTH = 10;
const units: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/**
 * What `list_directory_with_sizes` of @modelcontextprotocol/server-filesystem prints: a line per entry with the name padded to 30
 * and the size to 10 characters, an empty line, and two lines of totals, with which the entries must agree.
 * Trailing spaces of a name shorter than 30 characters cannot be told from the padding and are lost.
 * @throws UnparsableListing
 */
export function parseDirectoryListing(text: string): DirectoryEntry[] {
  const lines = text.split('\n');
  const [blank, totals, combined] = lines.splice(-3);
  const total = /^Total: (\d+) files, (\d+) directories$/.exec(totals ?? '');
  if (blank !== '' || total === null || !/^Combined size: /.test(combined ?? '')) {
    throw new UnparsableListing('It does not end in the totals of a directory listing');
  }
  const entries = lines.map(directoryEntry);
  const directories = entries.filter(({ isDirectory }) => isDirectory).length;
  if (Number(total[1]) !== entries.length - directories || Number(total[2]) !== directories) {
    throw new UnparsableListing(
      `It lists ${entries.length} entries, but its totals say ${total[1]} files and ${total[2]} directories`,
    );
  }
  return entries;
}

function directoryEntry(line: string): DirectoryEntry {
  if (line.startsWith('[DIR] ')) {
    return { name: padded(line.slice('[DIR] '.length, -1), line), isDirectory: true, sizeBytes: null };
  }
  if (!line.startsWith('[FILE] '))
    throw new UnparsableListing(`It has a line that is no entry: ${JSON.stringify(line.slice(0, 80))}`);
  const size = /^ *(\d+(?:\.\d\d)?) ([KMGT]?B)$/.exec(line.slice(-SIZE_WIDTH));
  const factor = units[size?.[2] ?? ''];
  if (size === null || factor === undefined || line.at(-SIZE_WIDTH - 1) !== ' ') {
    throw new UnparsableListing(`It has an entry without a size: ${JSON.stringify(line.slice(0, 80))}`);
  }
  const name = padded(line.slice('[FILE] '.length, -SIZE_WIDTH - 1), line);
  return { name, isDirectory: false, sizeBytes: Math.round(Number(size[1]) * factor) };
}

function padded(field: string, line: string): string {
  const name = field.length > NAME_WIDTH ? field : field.trimEnd();
  if (field.length < NAME_WIDTH || name === '') {
    throw new UnparsableListing(`It has an entry with a damaged name: ${JSON.stringify(line.slice(0, 80))}`);
  }
  return name;
}

const commitLine = z.object({
  sha: z.string().regex(/^[0-9a-f]{40,64}$/),
  parents: z.array(z.string()),
  authorEmail: z.string(),
  committerEmail: z.string(),
  authoredAt: z.string(),
  signature: z.string(),
  subject: z.string(),
});
export type CommitLine = z.infer<typeof commitLine>;

const tagLine = z.object({ name: z.string().min(1), signed: z.boolean() });
export type TagLine = z.infer<typeof tagLine>;

/** With the UTF-8 byte range of the line it was read from, without its line break. */
export type Located<T> = T & { readonly start: number; readonly end: number };

/** `git_log` of our git server: one commit per line, as JSON. @throws UnparsableListing */
export const parseCommitLog = (text: string): Located<CommitLine>[] => jsonLines(text, commitLine);

/** `git_tags` of our git server: one tag per line, as JSON. @throws UnparsableListing */
export const parseTagList = (text: string): Located<TagLine>[] => jsonLines(text, tagLine);

function jsonLines<T>(text: string, schema: z.ZodType<T>): Located<T>[] {
  const rows: Located<T>[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const end = start + Buffer.byteLength(line);
    if (line.trim() !== '') {
      const parsed = schema.safeParse(parsedJson(line));
      if (!parsed.success) throw new UnparsableListing(`It has a line of another shape: ${JSON.stringify(line.slice(0, 80))}`);
      rows.push({ ...parsed.data, start, end });
    }
    start = end + 1;
  }
  return rows;
}
