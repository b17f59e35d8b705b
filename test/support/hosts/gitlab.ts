/** The server @zereight/mcp-gitlab over a folder: the same tools, arguments and shapes. */
import { createHash } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { allEntries, fileAt, type HostRepository } from './repository.ts';
import { refused, type Served, said, serveMcp } from './serve.ts';

export interface GitlabFixture {
  readonly repository: HostRepository;
  readonly branches?: readonly { readonly name: string; readonly default: boolean; readonly protected: boolean }[];
  readonly members?: readonly { readonly id: number; readonly username: string; readonly access_level: number }[];
  /** By scanner. */
  readonly vulnerabilities?: Readonly<Record<string, readonly object[]>>;
}

export const PROJECT = 'acme/shop';

export const serveGitlab = (fixture: GitlabFixture, name = 'acme on GitLab'): Promise<Served> =>
  serveMcp({ name, profile: 'gitlab', scope: { project: PROJECT }, make: (note) => gitlab(fixture, note) });

const project = { project_id: z.coerce.string() };
const paged = { page: z.coerce.number().optional(), per_page: z.coerce.number().optional() };

function gitlab(fixture: GitlabFixture, note: (tool: string, args: unknown) => void): McpServer {
  const { repository } = fixture;
  const server = new McpServer({ name: 'better-gitlab-mcp-server', version: '2.1.64' });
  const tool = <S extends z.ZodRawShape>(
    name: string,
    shape: S,
    answer: (args: z.infer<z.ZodObject<S>>) => ReturnType<typeof refused | typeof said>,
  ) => {
    const inputSchema = z.object({ ...project, ...shape });
    server.registerTool(name, { description: name, inputSchema }, async (args: unknown) => {
      note(name, args);
      const given = inputSchema.parse(args);
      return z.object(project).parse(given).project_id === PROJECT
        ? answer(z.object(shape).parse(given))
        : refused('404 Project Not Found');
    });
  };

  tool('list_commits', { ...paged, ref_name: z.string().optional() }, () => said([{ id: repository.commit, parent_ids: [] }]));
  const tree = {
    path: z.string().optional(),
    ref: z.string().optional(),
    recursive: z.coerce.boolean().optional(),
    per_page: paged.per_page,
    page_token: z.string().optional(),
    pagination: z.string().optional(),
  };
  tool('get_repository_tree', tree, ({ per_page = 20, page_token, pagination, ref }) => {
    if (ref !== repository.commit) return refused('Repository or path not found');
    const all = allEntries(repository, repository.commit).map(({ path, type, mode, sha }) => ({
      id: sha,
      name: path.slice(path.lastIndexOf('/') + 1),
      type,
      path,
      mode,
    }));
    const from = page_token === undefined ? 0 : all.findIndex(({ id, path }) => `${id}:${path}` === page_token);
    const items = all.slice(from, from + per_page);
    const next = all[from + per_page];
    if (pagination !== 'keyset') return said(items);
    return said({
      items,
      ...(next === undefined ? {} : { next_page_token: `${next.id}:${next.path}` }),
      pagination_note: 'Pass next_page_token as page_token with pagination=keyset to retrieve the next page.',
    });
  });
  tool(
    'get_file_contents',
    { file_path: z.string().optional(), path: z.string().optional(), ref: z.string().optional() },
    (args) => {
      const path = args.file_path ?? args.path ?? '';
      const file = args.ref === repository.commit ? fileAt(repository, path) : undefined;
      if (file === undefined) return refused(`File not found: ${path}`);
      const { sha, bytes } = file;
      const isUtf8 = Buffer.from(bytes.toString('utf8')).equals(bytes);
      return said({
        file_name: path.slice(path.lastIndexOf('/') + 1),
        file_path: path,
        size: bytes.byteLength,
        encoding: isUtf8 ? 'utf8' : 'base64',
        content: bytes.toString(isUtf8 ? 'utf8' : 'base64'),
        content_sha256: createHash('sha256').update(bytes).digest('hex'),
        ref: args.ref,
        blob_id: sha,
        commit_id: repository.commit,
      });
    },
  );
  const pageOf = (list: readonly object[], page = 1, size = 20): readonly object[] => list.slice((page - 1) * size, page * size);
  tool('list_branches', { ...paged, search: z.string().optional() }, ({ page, per_page }) =>
    said(pageOf(fixture.branches ?? [], page, per_page)),
  );
  tool('list_project_members', { ...paged, include_inheritance: z.coerce.boolean().optional() }, ({ page, per_page }) =>
    said(pageOf(fixture.members ?? [], page, per_page)),
  );
  tool('get_project', {}, () =>
    said({ id: 7, path_with_namespace: PROJECT, visibility: 'private', default_branch: 'main', archived: false }),
  );
  const vulnerabilities = {
    report_type: z.string().optional(),
    state: z.string().optional(),
    first: z.coerce.number().optional(),
    after: z.string().optional(),
  };
  tool('list_project_vulnerabilities', vulnerabilities, ({ report_type = '', first = 20, after = '0' }) => {
    const list = fixture.vulnerabilities?.[report_type];
    if (list === undefined) return refused(`Project not found or not accessible: ${PROJECT}`);
    const end = Number(after) + first;
    const pageInfo = { endCursor: String(Math.min(end, list.length)), hasNextPage: end < list.length };
    return said({ vulnerabilities: list.slice(Number(after), end), pageInfo });
  });
  return server;
}
