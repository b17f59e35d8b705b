import type { SourceRecords } from '../../../checks/check.ts';
import type { RecordKind } from '../../../domain/records.ts';
import type { CallTools, LedgerCall } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { recordSet } from '../record-sets.ts';
import { allPages, byNumber, sourceRecords } from '../source-records.ts';
import { repositoryOf } from './repository-files.ts';

const PAGE = 100;

/**
 * Collects what GitHub's own server shows of a repository's settings: which branches are protected, who may do what, and the repository
 * itself, which it only finds by search. What a branch's rules say no tool of it shows.
 */
export async function collectGithubSettings(call: CallTools, context: CollectContext): Promise<Collected<SourceRecords>> {
  const repository = repositoryOf(context);
  const set = async <K extends RecordKind>(kind: K, first: LedgerCall, next = byNumber(first, PAGE)) => {
    const { answers, note } = await allPages(call, first, next);
    return recordSet({ kind, family: 'github', asOf: context.asOf, note }, answers);
  };
  const search = {
    tool: 'search_repositories',
    args: { query: `repo:${repository.owner}/${repository.repo}`, minimal_output: true, perPage: 1 },
  };
  const [branches, members, self] = await Promise.all([
    set('branch-rule', { tool: 'list_branches', args: { ...repository, perPage: PAGE } }),
    set('member', { tool: 'list_repository_collaborators', args: { ...repository, perPage: PAGE } }),
    set('repository', search, () => null),
  ]);
  return sourceRecords('repository-settings', context.asOf, { 'branch-rule': branches, member: members, repository: self });
}
