/** Reads the files of a listing once each, in batches of calls. */
import type { FileContent, RepositoryFile } from '../../checks/check.ts';
import type { CallTools, LedgerAnswer, LedgerBlock, LedgerCall } from '../tools.ts';
import { MAX_SOURCE_BYTES, textProblem, unreadable } from './readable.ts';

export interface ListedFile {
  readonly path: string;
  /** Null where the listing has none. */
  readonly sizeBytes: number | null;
}

export interface FileReader {
  callFor(path: string): LedgerCall;
  /** The file itself among the blocks of an answer, or why it is not there. */
  fileIn(answer: LedgerAnswer): { readonly block: LedgerBlock; readonly toolCallId: string } | { readonly problem: string };
  /** Files per batch of calls: what the ledger writes, and progress shows, at once. */
  readonly batch: number;
}

/** Every file of the listing; one that is not read says why. `known` is what needs no call. */
export async function readFiles(
  call: CallTools,
  listed: readonly ListedFile[],
  reader: FileReader,
  known: ReadonlyMap<string, FileContent> = new Map(),
): Promise<RepositoryFile[]> {
  const contents = new Map<string, FileContent>(known);
  const toRead: ListedFile[] = [];
  // Smallest first, so that the budget, where it is reached, leaves out the fewest files.
  for (const file of [...listed].sort((a, b) => (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0))) {
    const problem = unreadable(file.path, file.sizeBytes);
    if (known.has(file.path)) continue;
    if (problem) contents.set(file.path, unread(problem.reason, problem.detail));
    else toRead.push(file);
  }
  let budget = MAX_SOURCE_BYTES;
  for (let at = 0; at < toRead.length; at += reader.batch) {
    const batch = toRead.slice(at, at + reader.batch);
    const affordable = batch.filter(({ sizeBytes }) => {
      budget -= sizeBytes ?? 0;
      return budget >= 0;
    });
    const answers = await call(affordable.map(({ path }) => reader.callFor(path)));
    affordable.forEach(({ path, sizeBytes }, index) => {
      const content = contentOf(answers[index], reader);
      contents.set(path, content);
      // A listing without sizes is charged afterwards.
      if (sizeBytes === null && content.kind === 'text') budget -= content.text.length;
    });
    for (const { path } of batch.slice(affordable.length))
      contents.set(path, unread('budget', `${MAX_SOURCE_BYTES / 1024 / 1024} MiB of this source were already read`));
  }
  return listed.map(({ path, sizeBytes }) => ({
    path,
    sizeBytes,
    content: contents.get(path) ?? unread('unreadable', 'not read'),
  }));
}

function contentOf(answer: LedgerAnswer | undefined, reader: FileReader): FileContent {
  const found = answer ? reader.fileIn(answer) : { problem: 'no answer' };
  if ('problem' in found) return unread('unreadable', found.problem);
  const { block, toolCallId } = found;
  if (block.truncated) return unread('too-large', 'it was cut at the size cap');
  const problem = textProblem(block.text);
  return problem
    ? unread(problem.reason, problem.detail)
    : { kind: 'text', text: block.text, toolCallId, blobSha256: block.sha256 };
}

export const unread = (reason: (FileContent & { kind: 'not-read' })['reason'], detail: string): FileContent => ({
  kind: 'not-read',
  reason,
  detail,
});

/** What could not be read, as gaps; that a file is no text is none. */
export const unreadGaps = (files: readonly RepositoryFile[]): readonly string[] =>
  files.flatMap(({ path, content }) =>
    content.kind === 'not-read' && content.reason !== 'binary' ? [`${path} could not be read: ${content.detail}`] : [],
  );
