/** A small read-only MCP server over one git repository's history: `node git-server.ts <directory>`, on stdio. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import * as z from 'zod';

const run = promisify(execFile);
const directory = process.argv[2];
if (directory === undefined) {
  process.stderr.write('usage: git-server.ts <directory>\n');
  process.exit(2);
}

/** ASCII unit separator: it can't stand in an address or a hash, and git's own %x1f writes it. */
const FIELD = '\u001f';

/** Nothing of the repository's own configuration runs: hooks, pagers, fsmonitor and signature programs are off. */
const settings = {
  'safe.directory': String(directory),
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'gpg.program': 'false',
  'gpg.ssh.program': 'false',
  'gpg.x509.program': 'false',
};
const safe = [...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]), '--no-pager'];

async function git(args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', String(directory), ...safe, ...args], {
    maxBuffer: 64 * 1024 * 1024,
    timeout: 15_000,
    env: {
      PATH: process.env['PATH'] ?? '',
      LC_ALL: 'C.UTF-8',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
    },
  });
  return stdout;
}

/**
 * Read off the commit itself, because git's %G? says "none" of an SSH signature that it has no list of signers for. A signature is
 * reported as present (E, cannot be checked here) or absent (N), never as good.
 */
async function signedCommits(skip: number, limit: number): Promise<ReadonlySet<string>> {
  const raw = await git(['rev-list', '--header', `--skip=${skip}`, `--max-count=${limit}`, 'HEAD']);
  const records = raw.split('\0').map((record) => record.split('\n\n', 1)[0] ?? '');
  const signed = records.filter((headers) => /^gpgsig(?:-sha256)? /m.test(headers));
  return new Set(signed.map((headers) => headers.trimStart().split('\n', 1)[0] ?? ''));
}

const answer = (text: string) => ({ content: [{ type: 'text' as const, text }] });
const annotations = { readOnlyHint: true, openWorldHint: false };
const server = new McpServer({ name: 'assay-git', version: '1.0.0' });

server.registerTool('git_head', { description: 'The checked-out commit and branch.', inputSchema: {}, annotations }, async () =>
  answer(
    JSON.stringify({
      sha: (await git(['rev-parse', 'HEAD'])).trim(),
      branch: (await git(['rev-parse', '--abbrev-ref', 'HEAD'])).trim(),
    }),
  ),
);

server.registerTool(
  'git_log',
  {
    description: 'Commits reachable from HEAD, newest first, one JSON object a line.',
    inputSchema: { skip: z.number().int().min(0), limit: z.number().int().min(1).max(1000) },
    annotations,
  },
  async ({ skip, limit }) => {
    const format = ['%H', '%P', '%ae', '%ce', '%aI', '%s'].join('%x1f');
    const log = await git(['log', `--skip=${skip}`, `--max-count=${limit}`, `--format=${format}`, 'HEAD']);
    const lines = log.split('\n').filter((line) => line !== '');
    const signed = await signedCommits(skip, limit);
    return answer(
      lines
        .map((line) => {
          const [sha, parents, authorEmail, committerEmail, authoredAt, ...subject] = line.split(FIELD);
          return JSON.stringify({
            sha,
            parents: parents?.split(' ').filter((parent) => parent !== '') ?? [],
            authorEmail,
            committerEmail,
            authoredAt,
            signature: sha !== undefined && signed.has(sha) ? 'E' : 'N',
            subject: subject.join(FIELD),
          });
        })
        .join('\n'),
    );
  },
);

server.registerTool(
  'git_tags',
  { description: 'Tags, newest first, one JSON object a line.', inputSchema: {}, annotations },
  async () => {
    const tags = await git([
      'for-each-ref',
      '--sort=-creatordate',
      '--format=%(refname:short)%1f%(contents:signature)%00',
      'refs/tags',
    ]);
    const records = tags
      .split('\0')
      .map((record) => record.trimStart())
      .filter((record) => record !== '');
    return answer(
      records
        .map((record) => {
          const [name, signature] = record.split(FIELD);
          return JSON.stringify({ name, signed: (signature ?? '').trim() !== '' });
        })
        .join('\n'),
    );
  },
);

await server.connect(new StdioServerTransport());
