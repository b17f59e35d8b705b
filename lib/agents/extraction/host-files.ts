/** "Repository files" of a host that keeps commits: the tree of one commit, then its files, all at that commit. */
import type * as z from 'zod';
import type { FileContent, RepositoryFiles } from '../../checks/check.ts';
import { CONTENT_BLOCK } from '../../domain/host-listings.ts';
import { parsedJson } from '../../domain/parsed-json.ts';
import type { RepositoryTree, TreeEntry, TreeListing } from '../../domain/repository-tree.ts';
import { narrowed, type Scope, wholeTree } from '../../domain/scope.ts';
import { type CallTools, type LedgerAnswer, type LedgerBlock, type LedgerCall, onlyBlock } from '../tools.ts';
import type { CollectContext, Collected } from './collected.ts';
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
  if (answer.blocks[0]?.truncated) return { problem: 'it was cut at the size cap' };
  return block ? { block, toolCallId: answer.toolCallId } : { problem: 'the tool answered without the file' };
}

/** The branch, tag or commit of the connection's scope as an argument; nothing where it names none: the default branch then. */
export const named = (argument: string, { scope }: Pick<CollectContext, 'scope'>): Readonly<Record<string, string>> =>
  'ref' in scope ? { [argument]: scope.ref } : {};

/** The newest commit of a branch: calls that name it can be made again. `shape` finds its hash in the answer. */
export async function newest(
  call: CallTools,
  asked: LedgerCall,
  shape: z.ZodType<readonly { readonly sha: string }[]>,
): Promise<{ readonly sha: string } | { readonly problem: string }> {
  const [answer] = await call([asked]);
  const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
  if ('problem' in found) return { problem: `The newest commit could not be read: ${found.problem}` };
  const [commit] = shape.safeParse(parsedJson(found.block.text)).data ?? [];
  return commit !== undefined && /^[0-9a-f]{40,64}$/.test(commit.sha) ? commit : { problem: 'The repository shows no commit' };
}

export const nothingListed = (problems: readonly string[]): HostListing => ({
  tree: { files: [], unlisted: [], submodules: [], excluded: new Map() },
  cited: [],
  problems,
});

/** What the root's .assayignore puts out of scope. `.gitignore` plays no part: what a host keeps is tracked, whatever it says. */
export async function scopeFrom(call: CallTools, root: TreeListing, asked: LedgerCall, cited: Cited[]): Promise<Scope> {
  if (!root.entries.some(({ path, kind }) => path === '.assayignore' && kind === 'file')) return wholeTree;
  const [answer] = await call([asked]);
  const found = answer ? contentBlock(answer) : { problem: 'no answer' };
  if (answer?.status !== 'ok' || 'problem' in found) return wholeTree;
  cited.push(citedAnswer(answer));
  return narrowed(wholeTree, '', null, found.block.text);
}

/** All of an answer is cited: whoever counts again needs every block. */
export const citedAnswer = ({ toolCallId, blocks }: Extract<LedgerAnswer, { status: 'ok' }>): Cited => ({
  toolCallId,
  blobSha256s: blocks.map(({ sha256 }) => sha256),
});
