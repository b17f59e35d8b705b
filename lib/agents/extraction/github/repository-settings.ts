import type { SourceRecords } from '../../../checks/check.ts';
import type { CallTools } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { recordSet } from '../record-sets.ts';
import { allPages, byNumber, listRecords, onePage, sourceRecords } from '../source-records.ts';
import { repositoryOf } from './repository-files.ts';

const PAGE = 100;

/**
 * Collects what GitHub's own server shows of a repository's settings: which branches are protected, who may do what, and the repository
 * itself, which it only finds by search. What a branch's rules say no tool of it shows.
 */
export async function collectGithubSettings(call: CallTools, context: CollectContext): Promise<Collected<SourceRecords>> {
  const repository = repositoryOf(context);
  const of = { family: 'github', asOf: context.asOf };
  const query = `repo:${repository.owner}/${repository.repo}`;
  const branches = { tool: 'list_branches', args: { ...repository, perPage: PAGE } };
  const members = { tool: 'list_repository_collaborators', args: { ...repository, perPage: PAGE } };
  const search = { tool: 'search_repositories', args: { query, minimal_output: true, perPage: 1 } };
  const [listed, found, people] = await Promise.all([
    allPages(call, branches, byNumber(branches)),
    allPages(call, search, onePage),
    listRecords(call, { ...of, kind: 'member' }, members, byNumber(members)),
  ]);
  const self = recordSet({ ...of, kind: 'repository', note: found.note }, found.answers);
  const rules = recordSet({ ...of, kind: 'branch-rule', note: listed.note }, listed.answers);
  // Which of the branches is the default one, the search says alone.
  const isWhole = !('problem' in rules) && !('problem' in self) && self.records.length > 0;
  const answers = [...listed.answers, ...found.answers];
  const branchRules = isWhole ? recordSet({ ...of, kind: 'branch-rule', note: listed.note }, answers) : rules;
  return sourceRecords('repository-settings', context.asOf, { 'branch-rule': branchRules, member: people, repository: self });
}
