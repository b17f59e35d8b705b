import * as z from 'zod';
import type { RepositoryFiles } from '../../../checks/check.ts';
import { UnparsableListing } from '../../../domain/errors.ts';
import { type GitlabPage, parseGitlabTree } from '../../../domain/host-listings.ts';
import { repositoryTree, type TreeEntry } from '../../../domain/repository-tree.ts';
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

/** The most that GitLab gives at once. */
const PAGE = 100;
/** Of a listing: 100,000 entries. */
const MAX_PAGES = 1000;

/** `group/name` of the connection's scope, as the tools want it. */
export function projectOf({ scope }: Pick<CollectContext, 'scope'>): { readonly project_id: string } {
  const { project = '' } = scope;
  return { project_id: project };
}

/** Collects "repository files" from the GitLab server. A missing file or page is a gap; only the calls' failures end it. */
export async function collectGitlabFiles(call: CallTools, context: CollectContext): Promise<Collected<RepositoryFiles>> {
  const project = projectOf(context);
  const args = { ...project, per_page: 1, ...named('ref_name', context) };
  const commit = await newest(call, { tool: 'list_commits', args }, commits);
  const readCall = (file_path: string): LedgerCall => ({
    tool: 'get_file_contents',
    args: { ...project, file_path, ref: 'problem' in commit ? '' : commit.sha },
  });
  const listing = 'problem' in commit ? nothingListed([commit.problem]) : await list(call, project, commit.sha, readCall);
  return collectHostFiles(call, listing, readCall, context.asOf);
}

const commits = z.array(z.object({ id: z.string() }).transform(({ id }) => ({ sha: id })));

/** One recursive listing, page after page: each page says where the next one begins. */
async function list(
  call: CallTools,
  project: { readonly project_id: string },
  ref: string,
  readCall: (path: string) => LedgerCall,
): Promise<HostListing> {
  const cited: Cited[] = [];
  const entries: TreeEntry[] = [];
  const problems: string[] = [];
  const args = { ...project, ref, recursive: true, per_page: PAGE, pagination: 'keyset' };
  let next: string | null = '';
  while (next !== null && problems.length === 0) {
    const [answer] = await call([{ tool: 'get_repository_tree', args: next === '' ? args : { ...args, page_token: next } }]);
    const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
    const page = 'problem' in found ? found : read(found.block);
    if (answer?.status !== 'ok' || 'problem' in page) {
      problems.push(`The tree could not be listed to its end: ${'problem' in page ? page.problem : 'no answer'}.`);
      break;
    }
    cited.push(citedAnswer(answer));
    entries.push(...page.entries);
    next = page.next;
    if (cited.length === MAX_PAGES && next !== null) problems.push(`Only the first ${MAX_PAGES} pages of the tree were listed.`);
  }
  const root = { isRecursive: true, entries };
  const scope = await scopeFrom(call, root, readCall('.assayignore'), cited);
  return { tree: repositoryTree(root, new Map(), scope), cited, problems };
}

function read({ text, truncated }: { readonly text: string; readonly truncated: boolean }): GitlabPage | { problem: string } {
  if (truncated) return { problem: 'a page was cut at the size cap' };
  try {
    return parseGitlabTree(text);
  } catch (error) {
    if (error instanceof UnparsableListing) return { problem: error.message };
    throw error;
  }
}
