import * as z from 'zod';
import type { SourceRecords } from '../../../checks/check.ts';
import type { RecordKind } from '../../../domain/records.ts';
import type { CallTools, LedgerCall } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { recordSet } from '../record-sets.ts';
import { allPages, byNumber, sourceRecords } from '../source-records.ts';

/** The most that the server gives at once. */
const PAGE = 500;

const page = z
  .object({ issues: z.array(z.unknown()).default([]), issuesReleases: z.array(z.unknown()).default([]) })
  .transform(({ issues, issuesReleases }) => [...issues, ...issuesReleases]);

/** Collects open security issues of the code, secrets among them, and risks of its dependencies, which only some editions have. */
export async function collectSonarqubeAlerts(
  call: CallTools,
  { asOf, scope }: CollectContext,
): Promise<Collected<SourceRecords>> {
  const { project = '' } = scope;
  const set = async <K extends RecordKind>(kind: K, first: LedgerCall, pageName: string) => {
    const { answers, note } = await allPages(call, first, byNumber(first, pageName, page));
    return recordSet({ kind, family: 'sonarqube', asOf, note }, answers);
  };
  const issues = {
    tool: 'search_sonar_issues_in_projects',
    args: { projects: [project], impactSoftwareQualities: ['SECURITY'], issueStatuses: ['OPEN', 'CONFIRMED'], ps: PAGE, p: 1 },
  };
  const risks = { tool: 'search_dependency_risks', args: { projectKey: project, pageSize: PAGE, pageIndex: 1 } };
  const [codeAlerts, dependencyAlerts] = await Promise.all([
    set('code-alert', issues, 'p'),
    set('dependency-alert', risks, 'pageIndex'),
  ]);
  return sourceRecords('alerts', asOf, {
    'code-alert': codeAlerts,
    'dependency-alert': dependencyAlerts,
  });
}
