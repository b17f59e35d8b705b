import * as z from 'zod';
import type { RepositoryFiles } from '../../../checks/check.ts';
import { UnparsableListing } from '../../../domain/errors.ts';
import { parseGithubTree } from '../../../domain/host-listings.ts';
import { type RepositoryTree, repositoryTree, type TreeListing } from '../../../domain/repository-tree.ts';
import { narrowed, type Scope, wholeTree } from '../../../domain/scope.ts';
import { type CallTools, type LedgerCall, onlyBlock } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { type Cited, citedAnswer, collectHostFiles, contentBlock, type HostListing } from '../host-files.ts';

/** `owner/name` of the connection's scope, as the tools want it. */
export function repositoryOf({ scope }: Pick<CollectContext, 'scope'>): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = (scope['repository'] ?? '').split('/');
  return { owner, repo };
}

/** Collects "repository files" from GitHub's own server. A missing file or folder is a gap; only the calls' failures end it. */
export async function collectGithubFiles(call: CallTools, context: CollectContext): Promise<Collected<RepositoryFiles>> {
  const repository = repositoryOf(context);
  const commit = await headOf(call, repository, context.scope['ref']);
  const listing = 'problem' in commit ? nothing(commit.problem) : await list(call, repository, commit.sha);
  const sha = 'problem' in commit ? '' : commit.sha;
  const readCall = (path: string): LedgerCall => ({ tool: 'get_file_contents', args: { ...repository, path, sha } });
  return collectHostFiles(call, listing, readCall, context.asOf);
}

const commits = z.array(z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) })).min(1);

/** The newest commit of the branch, which everything after is read at: calls that name it can be made again. */
async function headOf(
  call: CallTools,
  repository: { owner: string; repo: string },
  ref: string | undefined,
): Promise<{ sha: string } | { problem: string }> {
  const args = { ...repository, perPage: 1, ...(ref === undefined ? {} : { sha: ref }) };
  const [answer] = await call([{ tool: 'list_commits', args }]);
  const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
  if ('problem' in found) return { problem: `The newest commit could not be read: ${found.problem}` };
  const parsed = commits.safeParse(json(found.block.text));
  const sha = parsed.data?.[0]?.sha;
  return sha === undefined ? { problem: 'The repository shows no commit' } : { sha };
}

const nothing = (problem: string): HostListing => ({
  tree: { files: [], unlisted: [], submodules: [], excluded: new Map() },
  cited: [],
  problems: [problem],
});

/** One call for the whole tree; where that is too much for one answer, directory by directory, each whole if it can be. */
async function list(call: CallTools, repository: { owner: string; repo: string }, commit: string): Promise<HostListing> {
  const cited: Cited[] = [];
  const problems: string[] = [];
  const below = new Map<string, TreeListing>();
  const ask = async (shas: readonly string[]): Promise<void> => {
    let left = [...shas];
    const reasons = new Map<string, string>();
    for (const recursive of [true, false]) {
      if (left.length === 0) return;
      const answers = await call(
        left.map((tree_sha) => ({ tool: 'get_repository_tree', args: { ...repository, tree_sha, recursive } })),
      );
      left = left.filter((tree_sha, index) => {
        const answer = answers[index];
        const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
        if (answer?.status !== 'ok' || 'problem' in found) {
          reasons.set(tree_sha, 'problem' in found ? found.problem : 'no answer');
          return true;
        }
        const listing = found.block.truncated ? { problem: 'it was cut at the size cap' } : read(found.block.text, tree_sha);
        if ('problem' in listing) reasons.set(tree_sha, listing.problem);
        else {
          below.set(tree_sha, listing);
          cited.push(citedAnswer(answer));
        }
        return 'problem' in listing;
      });
    }
    for (const sha of left) problems.push(`The tree ${sha} could not be listed: ${reasons.get(sha) ?? 'no reason given'}.`);
  };

  await ask([commit]);
  const root = below.get(commit);
  if (root === undefined) return { ...nothing(''), problems };
  const scope = await scopeOf(call, { ...repository, path: '.assayignore', sha: commit }, root, cited);
  const asked = new Set<string>();
  for (;;) {
    const tree = repositoryTree(root, below, scope);
    const next = [...new Set(tree.unlisted.map(({ sha }) => sha))].filter((sha) => !asked.has(sha));
    if (next.length === 0) return { tree, cited, problems };
    for (const sha of next) asked.add(sha);
    await ask(next);
  }
}

/** `.gitignore` plays no part: what a host keeps is tracked, whatever it says. */
async function scopeOf(call: CallTools, args: LedgerCall['args'], root: TreeListing, cited: Cited[]): Promise<Scope> {
  if (!root.entries.some(({ path, kind }) => path === '.assayignore' && kind === 'file')) return wholeTree;
  const [answer] = await call([{ tool: 'get_file_contents', args }]);
  const found = answer ? contentBlock(answer) : { problem: 'no answer' };
  if (answer?.status !== 'ok' || 'problem' in found) return wholeTree;
  cited.push(citedAnswer(answer));
  return narrowed(wholeTree, '', null, found.block.text);
}

function read(text: string, tree_sha: string): TreeListing | { problem: string } {
  try {
    return parseGithubTree(text, { tree_sha });
  } catch (error) {
    if (error instanceof UnparsableListing) return { problem: error.message };
    throw error;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
