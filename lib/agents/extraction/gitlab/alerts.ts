import * as z from 'zod';
import type { SourceRecords } from '../../../checks/check.ts';
import type { CallTools, LedgerCall } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { byCursor, listRecords, sourceRecords } from '../source-records.ts';
import { projectOf } from './repository-files.ts';

/** Collects vulnerabilities of GitLab's scanners, in every state; the project's licence decides whether there are any. */
export async function collectGitlabAlerts(call: CallTools, context: CollectContext): Promise<Collected<SourceRecords>> {
  // A project without scanners has an empty list as well.
  const empty = 'none is listed in any state, and nothing shows that a scanner ever ran';
  const of = { family: 'gitlab', asOf: context.asOf, empty };
  const scanned = (report_type: string): [LedgerCall, ReturnType<typeof byCursor>] => {
    const first = { tool: 'list_project_vulnerabilities', args: { ...projectOf(context), report_type, first: 100 } };
    return [first, byCursor(first, paged)];
  };
  const [secrets, code, dependencies] = await Promise.all([
    listRecords(call, { ...of, kind: 'secret-alert' }, ...scanned('secret_detection')),
    listRecords(call, { ...of, kind: 'code-alert' }, ...scanned('sast')),
    listRecords(call, { ...of, kind: 'dependency-alert' }, ...scanned('dependency_scanning')),
  ]);
  const shown = { 'secret-alert': secrets, 'code-alert': code, 'dependency-alert': dependencies };
  return sourceRecords('alerts', context.asOf, shown);
}

/** A page that says there is more and not where is no last page. */
const paged = z
  .object({
    pageInfo: z
      .union([
        z.object({ hasNextPage: z.literal(false) }),
        z.object({ hasNextPage: z.literal(true), endCursor: z.string().min(1) }),
      ])
      .transform((info) => (info.hasNextPage ? info.endCursor : null)),
  })
  .transform(({ pageInfo }) => pageInfo);
