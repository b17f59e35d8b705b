import * as z from 'zod';
import type { RepositoryFiles } from '../../../checks/check.ts';
import { UnparsableListing } from '../../../domain/errors.ts';
import { parseGithubTree } from '../../../domain/host-listings.ts';
import { repositoryTree, type TreeListing } from '../../../domain/repository-tree.ts';
import { type CallTools, type LedgerCall, onlyBlock } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import {
  type Cited,
  citedAnswer,
  collectHostFiles,
  type HostListing,
  named,
  newest,
  nothingListed,
  scopeFrom,
} from '../host-files.ts';

/** `owner/name` of the connection's scope, as the tools want it. */
export function repositoryOf({ scope }: Pick<CollectContext, 'scope'>): { readonly owner: string; readonly repo: string } {
  const { repository = '' } = scope;
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}

/** Collects "repository files" from GitHub's own server. A missing file or folder is a gap; only the calls' failures end it. */
export async function collectGithubFiles(call: CallTools, context: CollectContext): Promise<Collected<RepositoryFiles>> {
  const repository = repositoryOf(context);
  const args = { ...repository, perPage: 1, ...named('sha', context) };
  const commit = await newest(call, { tool: 'list_commits', args }, commits);
  const sha = 'problem' in commit ? '' : commit.sha;
  const readCall = (path: string): LedgerCall => ({ tool: 'get_file_contents', args: { ...repository, path, sha } });
  const listing = 'problem' in commit ? nothingListed([commit.problem]) : await list(call, repository, sha, readCall);
  return collectHostFiles(call, listing, readCall, context.asOf);
}

const commits = z.array(z.object({ sha: z.string() }));

/** One call for the whole tree; where that is too much for one answer, directory by directory, each whole if it can be. */
async function list(
  call: CallTools,
  repository: { readonly owner: string; readonly repo: string },
  commit: string,
  readCall: (path: string) => LedgerCall,
): Promise<HostListing> {
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
  if (root === undefined) return nothingListed(problems);
  const scope = await scopeFrom(call, root, readCall('.assayignore'), cited);
  const asked = new Set<string>();
  for (;;) {
    const tree = repositoryTree(root, below, scope);
    const next = [...new Set(tree.unlisted.map(({ sha }) => sha))].filter((sha) => !asked.has(sha));
    if (next.length === 0) return { tree, cited, problems };
    for (const sha of next) asked.add(sha);
    await ask(next);
  }
}

function read(text: string, tree_sha: string): TreeListing | { problem: string } {
  try {
    return parseGithubTree(text, { tree_sha });
  } catch (error) {
    if (error instanceof UnparsableListing) return { problem: error.message };
    throw error;
  }
}
