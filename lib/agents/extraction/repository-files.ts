import type { RepositoryFiles } from '../../checks/check.ts';
import { type CallTools, onlyBlock } from '../tools.ts';
import type { CollectContext, Collected } from './collected.ts';
import { listingNote } from './listing-note.ts';
import { readFiles, unreadGaps } from './read-files.ts';
import { readCall, walk } from './walk.ts';

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
  const { toolCallIds, blobSha256s, unlisted, excluded } = walked;
  const reader = { callFor: (path: string) => readCall(root, path), fileIn: onlyBlock, batch: 128 };
  const files = await readFiles(call, walked.files, reader);
  const complete = unlisted.length === 0;
  const note = listingNote({ excluded, unlisted: unlisted.length, submodules: 0 }, files);
  return {
    evidence: { capability: 'repository-files', files, listing: { toolCallIds, blobSha256s, complete, note }, asOf },
    populations: [{ what: 'files', count: files.length, complete, note }],
    gaps: [...unlisted.map(({ path, reason }) => `the folder ${path} could not be listed: ${reason}`), ...unreadGaps(files)],
  };
}

async function allowedRoot(call: CallTools): Promise<string> {
  const [answer] = await call([{ tool: 'list_allowed_directories', args: {} }]);
  const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
  const root = 'problem' in found ? undefined : found.block.text.split('\n')[1]?.trim();
  return root ?? '/';
}
