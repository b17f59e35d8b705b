import * as z from 'zod';
import type { Commit, GitHistory } from '../../checks/check.ts';
import { type CallTools, type LedgerAnswer, onlyBlock } from '../tools.ts';
import type { Collected } from './collected.ts';

/** Commits per page, and the most that are looked at: recent practice is what is judged. */
const PAGE = 250;
const MAX_COMMITS = 1000;

const commitLine = z.object({
  sha: z.string(),
  parents: z.array(z.string()),
  authorEmail: z.string(),
  committerEmail: z.string(),
  authoredAt: z.string(),
  signature: z.string(),
  subject: z.string(),
});
const tagLine = z.object({ name: z.string(), signed: z.boolean() });

type Located<T> = T & { toolCallId: string; blobSha256: string; start: number; end: number };

/** Collects "git history" from our git server: pages of commits, newest first, then the tags. */
export async function collectGitHistory(call: CallTools, asOf: string): Promise<Collected> {
  const commits: Commit[] = [];
  const toolCallIds: string[] = [];
  const blobSha256s: string[] = [];
  const gaps: string[] = [];
  const take = <T>(answer: LedgerAnswer | undefined, schema: z.ZodType<T>, what: string): Located<T>[] => {
    const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
    if ('problem' in found) {
      gaps.push(`${what} could not be read: ${found.problem}`);
      return [];
    }
    const parsed = parseLines(found.block.text, schema, { toolCallId: found.toolCallId, blobSha256: found.block.sha256 });
    if (parsed === null || found.block.truncated) gaps.push(`${what} could not be read whole`);
    toolCallIds.push(found.toolCallId);
    blobSha256s.push(found.block.sha256);
    return parsed ?? [];
  };

  let isLastPage = false;
  while (!isLastPage && commits.length < MAX_COMMITS && gaps.length === 0) {
    const [answer] = await call([{ tool: 'git_log', args: { skip: commits.length, limit: PAGE } }]);
    const page = take(answer, commitLine, 'the commit log');
    commits.push(...page);
    isLastPage = page.length < PAGE;
  }
  const [tagAnswer] = await call([{ tool: 'git_tags', args: {} }]);
  const tags = take(tagAnswer, tagLine, 'the tags');

  const complete = gaps.length === 0;
  const note =
    complete && !isLastPage ? `only the newest ${MAX_COMMITS} commits of the checked-out branch were looked at.` : null;
  const listing = { toolCallIds, blobSha256s, complete, note: complete ? note : gaps.join('; ') };
  const evidence: GitHistory = { capability: 'git-history', commits, tags, listing, asOf };
  return { evidence, population: { what: 'commits', count: commits.length, complete, note }, gaps };
}

/** One JSON object a line, each with its UTF-8 byte range; null when a line is not what was announced. */
export function parseLines<T>(
  text: string,
  schema: z.ZodType<T>,
  source: { toolCallId: string; blobSha256: string },
): Located<T>[] | null {
  const found: Located<T>[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const end = start + Buffer.byteLength(line);
    if (line !== '') {
      const parsed = schema.safeParse(parseJson(line));
      if (!parsed.success) return null;
      found.push({ ...parsed.data, ...source, start, end });
    }
    start = end + 1;
  }
  return found;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
