import type { Commit, GitHistory } from '../../checks/check.ts';
import { UnparsableListing } from '../../domain/errors.ts';
import { type Located, parseCommitLog, parseTagList } from '../../domain/listings.ts';
import { type CallTools, type LedgerAnswer, onlyBlock } from '../tools.ts';
import type { CollectContext, Collected } from './collected.ts';

/** Commits per page, and the most that are looked at: recent practice is what is judged. */
const PAGE = 250;
const MAX_COMMITS = 1000;

type Cited<T> = Located<T> & { readonly toolCallId: string; readonly blobSha256: string };

/** Collects "git history" from our git server: pages of commits, newest first, then the tags. */
export async function collectGitHistory(call: CallTools, { asOf }: Pick<CollectContext, 'asOf'>): Promise<Collected<GitHistory>> {
  const commits: Commit[] = [];
  const toolCallIds: string[] = [];
  const blobSha256s: string[] = [];
  const gaps: string[] = [];
  const take = <T>(answer: LedgerAnswer | undefined, parse: (text: string) => Located<T>[], what: string): Cited<T>[] => {
    const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
    const lines = 'problem' in found ? found : parsed(found.block.text, parse);
    if ('problem' in found || 'problem' in lines) {
      gaps.push(`${what} could not be read: ${'problem' in lines ? lines.problem : 'no answer'}`);
      return [];
    }
    const { toolCallId, block } = found;
    toolCallIds.push(toolCallId);
    blobSha256s.push(block.sha256);
    return lines.map((line) => ({ ...line, toolCallId, blobSha256: block.sha256 }));
  };

  let isLastPage = false;
  while (!isLastPage && commits.length < MAX_COMMITS && gaps.length === 0) {
    const [answer] = await call([{ tool: 'git_log', args: { skip: commits.length, limit: PAGE } }]);
    const page = take(answer, parseCommitLog, 'the commit log');
    commits.push(...page);
    isLastPage = page.length < PAGE;
  }
  const [tagAnswer] = await call([{ tool: 'git_tags', args: {} }]);
  const tags = take(tagAnswer, parseTagList, 'the tags');

  const complete = gaps.length === 0;
  const note =
    complete && !isLastPage ? `only the newest ${MAX_COMMITS} commits of the checked-out branch were looked at.` : null;
  const listing = { toolCallIds, blobSha256s, complete, note: complete ? note : gaps.join('; ') };
  const evidence: GitHistory = { capability: 'git-history', commits, tags, listing, asOf };
  return { evidence, populations: [{ what: 'commits', count: commits.length, complete, note }], gaps };
}

/** A page that was cut, or that does not hold what was announced, is no page at all. */
function parsed<T>(text: string, parse: (text: string) => T[]): T[] | { problem: string } {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UnparsableListing) return { problem: error.message };
    throw error;
  }
}
