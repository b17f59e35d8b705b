/** GitHub's own MCP server over a folder: the same tools, arguments and shapes (github/github-mcp-server, pkg/github). */
import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { allEntries, fileAt, type HostRepository } from './repository.ts';
import { refused, type Served, said, serveMcp } from './serve.ts';

export interface GithubFixture {
  readonly repository: HostRepository;
  readonly branches?: readonly { readonly name: string; readonly sha: string; readonly protected: boolean }[];
  readonly collaborators?: readonly { readonly login: string; readonly id: number; readonly role_name: string }[];
  readonly dependabot?: readonly object[];
  readonly codeScanning?: readonly object[];
  /** Null: switched off, as most private repositories have it. */
  readonly secretScanning?: readonly object[] | null;
  /** How many entries of a tree the host gives at once; it cuts what is longer. */
  readonly treeLimit?: number;
}

export const OWNER = 'acme';
export const REPO = 'shop';

export const serveGithub = (fixture: GithubFixture, name = 'acme on GitHub'): Promise<Served> =>
  serveMcp({ name, profile: 'github', scope: { repository: `${OWNER}/${REPO}` }, make: (note) => github(fixture, note) });

const repo = { owner: z.string(), repo: z.string() };
const paged = { page: z.number().min(1).optional(), perPage: z.number().min(1).max(100).optional() };
const annotations = { readOnlyHint: true };

function github(fixture: GithubFixture, note: (tool: string, args: unknown) => void): McpServer {
  const { repository, treeLimit = 100_000 } = fixture;
  const server = new McpServer({ name: 'github-mcp-server', version: '1.2.0' });
  const tool = <S extends z.ZodRawShape>(
    name: string,
    shape: S,
    answer: (args: z.infer<z.ZodObject<S>>) => ReturnType<typeof refused> | ReturnType<typeof said> | ReturnType<typeof resource>,
  ): void => {
    const inputSchema = z.object(shape);
    server.registerTool(name, { description: name, inputSchema, annotations }, async (args: unknown) => {
      note(name, args);
      const given = inputSchema.parse(args);
      const { owner, repo: called } = z.object({ owner: z.string().optional(), repo: z.string().optional() }).parse(given);
      if (owner !== undefined && `${owner}/${called}` !== `${OWNER}/${REPO}`) return refused('404 Not Found');
      return answer(given);
    });
  };

  tool('list_commits', { ...repo, ...paged, sha: z.string().optional() }, () =>
    said([{ sha: repository.commit, html_url: `https://github.com/${OWNER}/${REPO}/commit/${repository.commit}` }]),
  );
  tool(
    'get_repository_tree',
    { ...repo, tree_sha: z.string().optional(), recursive: z.boolean().optional(), path_filter: z.string().optional() },
    ({ tree_sha = repository.commit, recursive = false }) => {
      const direct = repository.trees.get(tree_sha);
      if (direct === undefined) return refused('failed to get repository tree: 404 Not Found');
      const entries = recursive ? allEntries(repository, tree_sha) : direct;
      const tree = entries
        .slice(0, treeLimit)
        .map((entry) => ({ ...entry, url: `https://api.github.com/repos/${OWNER}/${REPO}/git/${entry.type}s/${entry.sha}` }));
      const truncated = entries.length > treeLimit;
      return said({ sha: tree_sha, truncated, tree, tree_sha, owner: OWNER, repo: REPO, recursive, count: tree.length });
    },
  );
  tool(
    'get_file_contents',
    { ...repo, path: z.string().optional(), ref: z.string().optional(), sha: z.string().optional() },
    (args) => {
      const { path = '/', sha = repository.commit } = args;
      const file = sha === repository.commit ? fileAt(repository, path) : undefined;
      return file === undefined ? refused('failed to get file SHA: 404 Not Found') : resource(path, sha, file);
    },
  );
  tool('list_branches', { ...repo, ...paged }, ({ page, perPage }) => said(pageOf(fixture.branches ?? [], page, perPage)));
  tool('list_repository_collaborators', { ...repo, ...paged, affiliation: z.string().optional() }, ({ page, perPage }) =>
    said({ firstPage: 0, items: pageOf(fixture.collaborators ?? [], page, perPage), lastPage: 0, nextPage: 0, prevPage: 0 }),
  );
  tool('search_repositories', { ...paged, query: z.string(), minimal_output: z.boolean().optional() }, () =>
    said({ total_count: 1, incomplete_results: false, items: [self] }),
  );
  const alerts = { ...repo, ...paged, state: z.string().optional() };
  tool('list_code_scanning_alerts', alerts, ({ page, perPage }) => said(pageOf(fixture.codeScanning ?? [], page, perPage)));
  tool('list_secret_scanning_alerts', alerts, ({ page, perPage }) =>
    fixture.secretScanning === null
      ? refused("failed to list alerts for repository 'acme/shop': 404 Secret scanning is disabled on this repository.")
      : said(pageOf(fixture.secretScanning ?? [], page, perPage)),
  );
  tool(
    'list_dependabot_alerts',
    { ...repo, state: z.string().optional(), perPage: paged.perPage, after: z.string().optional() },
    (args) => {
      const { perPage = 30, after } = args;
      const from = after === undefined ? 0 : Number(after);
      const list = fixture.dependabot ?? [];
      const hasNextPage = from + perPage < list.length;
      const pageInfo = {
        hasNextPage,
        hasPreviousPage: from > 0,
        nextCursor: hasNextPage ? String(from + perPage) : '',
        prevCursor: '',
      };
      return said({ alerts: list.slice(from, from + perPage), pageInfo });
    },
  );
  return server;
}

const self = {
  id: 1,
  name: REPO,
  full_name: `${OWNER}/${REPO}`,
  private: true,
  fork: false,
  archived: false,
  default_branch: 'main',
};

const pageOf = (list: readonly object[], page = 1, perPage = 30): readonly object[] =>
  list.slice((page - 1) * perPage, page * perPage);

/** A note, then the file: as text where the host takes it for text. */
function resource(path: string, sha: string, file: { readonly sha: string; readonly bytes: Buffer }) {
  const uri = `repo://${OWNER}/${REPO}/sha/${sha}/contents/${path}`;
  const isText = !file.bytes.includes(0);
  const contents = isText
    ? { uri, mimeType: 'text/plain; charset=utf-8', text: file.bytes.toString('utf8') }
    : { uri, mimeType: 'application/octet-stream', blob: file.bytes.toString('base64') };
  const text = `successfully downloaded ${isText ? 'text' : 'binary'} file (SHA: ${file.sha})`;
  return {
    content: [
      { type: 'text' as const, text },
      { type: 'resource' as const, resource: contents },
    ],
  };
}
