import type { FileContent, RepositoryFile, RepositoryFiles } from '../../checks/check.ts';
import { type CallTools, type LedgerAnswer, onlyBlock } from '../tools.ts';
import type { CollectContext, Collected } from './collected.ts';
import { MAX_SOURCE_BYTES, textProblem, unreadable } from './readable.ts';
import { type ListedFile, readCall, type Walked, walk } from './walk.ts';

/** Files per batch of calls: what the ledger writes, and progress shows, at once. */
const BATCH = 128;

/**
 * Collects "repository files" from a filesystem server: lists the whole tree, then reads every text file.
 * Only the calls' failures end it; a file that can't be read is in the population with the reason.
 */
export async function collectRepositoryFiles(
  call: CallTools,
  { asOf }: Pick<CollectContext, 'asOf'>,
): Promise<Collected<RepositoryFiles>> {
  const root = await allowedRoot(call);
  const walked = await walk(call, root);
  const contents = await readFiles(call, walked);
  const files = walked.files.map(
    ({ path, sizeBytes }): RepositoryFile => ({
      path,
      sizeBytes,
      content: contents.get(path) ?? unread('unreadable', 'not read'),
    }),
  );
  const complete = walked.unlisted.length === 0;
  const note = describe(walked, files);
  return {
    evidence: {
      capability: 'repository-files',
      files,
      listing: { toolCallIds: walked.toolCallIds, blobSha256s: walked.blobSha256s, complete, note },
      asOf,
    },
    populations: [{ what: 'files', count: files.length, complete, note }],
    gaps: [
      ...walked.unlisted.map(({ path, reason }) => `the folder ${path} could not be listed: ${reason}`),
      ...files.flatMap(({ path, content }) =>
        content.kind === 'not-read' && content.reason !== 'binary' ? [`${path} could not be read: ${content.detail}`] : [],
      ),
    ],
  };
}

async function allowedRoot(call: CallTools): Promise<string> {
  const [answer] = await call([{ tool: 'list_allowed_directories', args: {} }]);
  const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
  const root = 'problem' in found ? undefined : found.block.text.split('\n')[1]?.trim();
  return root ?? '/';
}

async function readFiles(call: CallTools, walked: Walked): Promise<Map<string, FileContent>> {
  const contents = new Map<string, FileContent>();
  const toRead: ListedFile[] = [];
  // Smallest first, so that the budget, where it is reached, leaves out the fewest files.
  for (const file of [...walked.files].sort((a, b) => (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0))) {
    const problem = unreadable(file.path, file.sizeBytes);
    if (problem) contents.set(file.path, unread(problem.reason, problem.detail));
    else toRead.push(file);
  }
  let budget = MAX_SOURCE_BYTES;
  for (let at = 0; at < toRead.length; at += BATCH) {
    const batch = toRead.slice(at, at + BATCH);
    const affordable = batch.filter(({ sizeBytes }) => {
      budget -= sizeBytes ?? 0;
      return budget >= 0;
    });
    const answers = await call(affordable.map(({ path }) => readCall(walked.root, path)));
    affordable.forEach(({ path }, index) => {
      contents.set(path, contentOf(answers[index]));
    });
    for (const { path } of batch.slice(affordable.length))
      contents.set(path, unread('budget', `${MAX_SOURCE_BYTES / 1024 / 1024} MiB of this source were already read`));
  }
  return contents;
}

function contentOf(answer: LedgerAnswer | undefined): FileContent {
  const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
  if ('problem' in found) return unread('unreadable', found.problem);
  const { block, toolCallId } = found;
  if (block.truncated) return unread('too-large', 'it was cut at the size cap');
  const problem = textProblem(block.text);
  return problem
    ? unread(problem.reason, problem.detail)
    : { kind: 'text', text: block.text, toolCallId, blobSha256: block.sha256 };
}

const unread = (reason: (FileContent & { kind: 'not-read' })['reason'], detail: string): FileContent => ({
  kind: 'not-read',
  reason,
  detail,
});

function describe(walked: Walked, files: readonly RepositoryFile[]): string | null {
  const parts: string[] = [];
  const count = (rule: string): number => walked.excluded.get(rule) ?? 0;
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
  say(walked.unlisted.length, 'folder', 'folders', 'could not be listed, so the count is a minimum');
  return parts.length === 0 ? null : `${parts.join('; ')}.`;
}
