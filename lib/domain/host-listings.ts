/** Readers of what `get_repository_tree` prints at GitHub and at GitLab, and of the ignore file that narrows it. */
import * as z from 'zod';
import { UnparsableListing } from './errors.ts';
import { byText } from './order.ts';
import { parsedJson } from './parsed-json.ts';
import { kindOf, repositoryTree, type TreeEntry, type TreeListing } from './repository-tree.ts';
import { narrowed, wholeTree } from './scope.ts';

type Args = Readonly<Record<string, unknown>>;

const githubTree = z.object({
  truncated: z.boolean(),
  tree_sha: z.string(),
  recursive: z.boolean(),
  tree: z.array(
    z.object({ path: z.string().min(1), type: z.string(), mode: z.string(), sha: z.string(), size: z.number().optional() }),
  ),
});

/**
 * `get_repository_tree` of github/github-mcp-server. A tree that the host itself cut short is no listing.
 * @throws UnparsableListing
 */
export function parseGithubTree(text: string, args: Args): TreeListing {
  const tree = shaped(text, githubTree);
  if (tree.tree_sha !== args['tree_sha']) throw new UnparsableListing('It lists another tree than was asked for');
  if (tree.truncated) throw new UnparsableListing('The host cut it short');
  return { isRecursive: tree.recursive, entries: tree.tree.map((entry) => treeEntry(entry, entry.sha, entry.size ?? null)) };
}

const gitlabItem = z.object({ id: z.string(), type: z.string(), path: z.string().min(1), mode: z.string() });
const gitlabPage = z.union([
  z.array(gitlabItem).transform((items) => ({ items, next_page_token: undefined })),
  z.object({ items: z.array(gitlabItem), next_page_token: z.string().optional() }),
]);

export interface GitlabPage {
  readonly entries: readonly TreeEntry[];
  /** Null on the last page. */
  readonly next: string | null;
}

/** One page of `get_repository_tree` of @zereight/mcp-gitlab; paths are from the root. @throws UnparsableListing */
export function parseGitlabTree(text: string): GitlabPage {
  const { items, next_page_token } = shaped(text, gitlabPage);
  return { entries: items.map((item) => treeEntry(item, item.id, null)), next: next_page_token ?? null };
}

function treeEntry(
  { path, type, mode }: { path: string; type: string; mode: string },
  sha: string,
  sizeBytes: number | null,
): TreeEntry {
  const kind = kindOf(type, mode);
  if (kind === null) throw new UnparsableListing(`It has an entry of another kind: ${JSON.stringify(type.slice(0, 80))}`);
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new UnparsableListing(`It has an entry with a damaged path: ${JSON.stringify(path.slice(0, 80))}`);
  }
  return { path, kind, sizeBytes, sha };
}

function shaped<T>(text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parsedJson(text));
  if (!parsed.success) throw new UnparsableListing('It has another shape than the tool prints');
  return parsed.data;
}

/** One answer of a host that decides what its repository holds. */
export interface HostAnswer {
  readonly tool: string;
  readonly args: Args;
  /** The block's place in the answer. */
  readonly index: number;
  readonly text: string;
}

export interface HostTree {
  readonly files: readonly string[];
  readonly unlisted: readonly string[];
}

/** What `get_file_contents` says first is about the file; the second block is the file. */
export const CONTENT_BLOCK = 1;

/** The same tree that the collector made of these answers. @throws UnparsableListing */
export function hostTree(answers: readonly HostAnswer[]): HostTree {
  const trees = answers.filter(({ tool }) => tool === 'get_repository_tree');
  const ignoreFiles = answers.filter(({ tool, index }) => tool === 'get_file_contents' && index === CONTENT_BLOCK);
  if (ignoreFiles.some(({ args }) => pathOf(args) !== '.assayignore') || ignoreFiles.length > 1) {
    throw new UnparsableListing('A file is cited that is neither a listing nor the ignore file of the root');
  }
  const [first] = answers;
  if (answers.some(({ args }) => repositoryOf(args) !== repositoryOf(first?.args ?? {}))) {
    throw new UnparsableListing('The cited calls are about several repositories');
  }
  const rules = ignoreFiles[0]?.text ?? null;
  const scope = narrowed(wholeTree, '', null, rules);
  const { root, below } = 'project_id' in (first?.args ?? {}) ? gitlabListing(trees) : githubListings(trees);
  const { files, unlisted } = repositoryTree(root, below, scope);
  return { files: files.map(({ path }) => path), unlisted: unlisted.map(({ path }) => path).sort(byText) };
}

const pathOf = (args: Args): unknown => args['path'] ?? args['file_path'];
const repositoryOf = (args: Args): string => JSON.stringify([args['project_id'] ?? [args['owner'], args['repo']]]);

/** The commit's tree is the one that no other listing names. */
function githubListings(trees: readonly HostAnswer[]): { root: TreeListing; below: ReadonlyMap<string, TreeListing> } {
  const listings = trees.map(({ text, args }) => ({ sha: String(args['tree_sha']), listing: parseGithubTree(text, args) }));
  const named = new Set(listings.flatMap(({ listing }) => listing.entries.map(({ sha }) => sha)));
  const roots = listings.filter(({ sha }) => !named.has(sha));
  const [root] = roots;
  if (root === undefined || roots.length > 1) throw new UnparsableListing('The listings are not of one tree');
  return { root: root.listing, below: new Map(listings.map(({ sha, listing }) => [sha, listing])) };
}

/** Pages of one recursive listing. */
function gitlabListing(pages: readonly HostAnswer[]): { root: TreeListing; below: ReadonlyMap<string, TreeListing> } {
  if (new Set(pages.map(({ args }) => args['ref'])).size > 1 || pages.some(({ args }) => args['path'] !== undefined)) {
    throw new UnparsableListing('The listings are not of one tree');
  }
  return { root: { isRecursive: true, entries: pages.flatMap(({ text }) => parseGitlabTree(text).entries) }, below: new Map() };
}
