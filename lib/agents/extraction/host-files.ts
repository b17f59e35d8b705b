/** "Repository files" of a host that keeps commits: the tree of one commit, then its files, all at that commit. */
import type { FileContent, RepositoryFiles } from '../../checks/check.ts';
import { CONTENT_BLOCK } from '../../domain/host-listings.ts';
import type { RepositoryTree, TreeEntry } from '../../domain/repository-tree.ts';
import type { CallTools, LedgerAnswer, LedgerBlock, LedgerCall } from '../tools.ts';
import type { Collected } from './collected.ts';
import { listingNote } from './listing-note.ts';
import { readFiles, unread, unreadGaps } from './read-files.ts';

/** What makes up the listing, in the order in which it was asked. */
export interface Cited {
  readonly toolCallId: string;
  readonly blobSha256s: readonly string[];
}

export interface HostListing {
  readonly tree: RepositoryTree;
  readonly cited: readonly Cited[];
  /** Why entries are missing; empty when none are. */
  readonly problems: readonly string[];
}

/** As many as a host takes from one token without calling it abuse. */
const BATCH = 32;

export async function collectHostFiles(
  call: CallTools,
  { tree, cited, problems }: HostListing,
  readCall: (path: string) => LedgerCall,
  asOf: string,
): Promise<Collected<RepositoryFiles>> {
  const known = new Map(tree.files.flatMap((entry) => withoutCall(entry, cited)));
  const files = await readFiles(call, tree.files, { callFor: readCall, fileIn: contentBlock, batch: BATCH }, known);
  const complete = problems.length === 0 && tree.unlisted.length === 0;
  const left = { excluded: tree.excluded, unlisted: tree.unlisted.length, submodules: tree.submodules.length };
  const note = [listingNote(left, files), ...problems].filter((part) => part !== null).join(' ') || null;
  const toolCallIds = cited.map(({ toolCallId }) => toolCallId);
  const blobSha256s = [...new Set(cited.flatMap((one) => one.blobSha256s))];
  return {
    evidence: { capability: 'repository-files', files, listing: { toolCallIds, blobSha256s, complete, note }, asOf },
    populations: [{ what: 'files', count: files.length, complete, note }],
    gaps: [...problems, ...tree.unlisted.map(({ path }) => `the folder ${path} could not be listed`), ...unreadGaps(files)],
  };
}

/** A link's text is where it leads, which is no content; and an empty file needs no call, because the tree says its size. */
function withoutCall({ path, kind, sizeBytes }: TreeEntry, [tree]: readonly Cited[]): [string, FileContent][] {
  if (kind === 'link') return [[path, unread('unreadable', 'it is a symbolic link')]];
  const blobSha256 = tree?.blobSha256s[0];
  if (sizeBytes !== 0 || tree === undefined || blobSha256 === undefined) return [];
  return [[path, { kind: 'text', text: '', toolCallId: tree.toolCallId, blobSha256 }]];
}

/** The file among the blocks of `get_file_contents`. */
export function contentBlock(answer: LedgerAnswer): { block: LedgerBlock; toolCallId: string } | { problem: string } {
  if (answer.status !== 'ok') return { problem: answer.reason };
  const block = answer.blocks[CONTENT_BLOCK];
  return block ? { block, toolCallId: answer.toolCallId } : { problem: 'the tool answered without the file' };
}

/** All of an answer is cited: whoever counts again needs every block. */
export const citedAnswer = ({ toolCallId, blocks }: Extract<LedgerAnswer, { status: 'ok' }>): Cited => ({
  toolCallId,
  blobSha256s: blocks.map(({ sha256 }) => sha256),
});
