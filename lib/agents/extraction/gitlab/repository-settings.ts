import type { SourceRecords } from '../../../checks/check.ts';
import type { CallTools } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { byNumber, listRecords, onePage, sourceRecords } from '../source-records.ts';
import { projectOf } from './repository-files.ts';

const PAGE = 100;

/** Collects which branches are protected, who may do what (inherited membership counts), and the project itself. */
export async function collectGitlabSettings(call: CallTools, context: CollectContext): Promise<Collected<SourceRecords>> {
  const project = projectOf(context);
  const of = { family: 'gitlab', asOf: context.asOf };
  const branches = { tool: 'list_branches', args: { ...project, per_page: PAGE } };
  const members = { tool: 'list_project_members', args: { ...project, per_page: PAGE, include_inheritance: true } };
  const [branchRules, people, self] = await Promise.all([
    listRecords(call, { ...of, kind: 'branch-rule' }, branches, byNumber(branches)),
    listRecords(call, { ...of, kind: 'member' }, members, byNumber(members)),
    listRecords(call, { ...of, kind: 'repository' }, { tool: 'get_project', args: project }, onePage),
  ]);
  return sourceRecords('repository-settings', context.asOf, { 'branch-rule': branchRules, member: people, repository: self });
}
