import * as z from 'zod';
import type { SourceRecords } from '../../../checks/check.ts';
import type { CallTools } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { byCursor, byNumber, listRecords, sourceRecords } from '../source-records.ts';
import { repositoryOf } from './repository-files.ts';

const PAGE = 100;

/** Collects open alerts of GitHub's scanners: the tools list those of one state, and what is open is what has to be dealt with. */
export async function collectGithubAlerts(call: CallTools, context: CollectContext): Promise<Collected<SourceRecords>> {
  const of = { family: 'github', asOf: context.asOf };
  const args = { ...repositoryOf(context), state: 'open', perPage: PAGE };
  const secrets = { tool: 'list_secret_scanning_alerts', args };
  const code = { tool: 'list_code_scanning_alerts', args };
  const dependencies = { tool: 'list_dependabot_alerts', args };
  const [secretAlerts, codeAlerts, dependencyAlerts] = await Promise.all([
    listRecords(call, { ...of, kind: 'secret-alert' }, secrets, byNumber(secrets)),
    listRecords(call, { ...of, kind: 'code-alert' }, code, byNumber(code)),
    listRecords(call, { ...of, kind: 'dependency-alert' }, dependencies, byCursor(dependencies, paged)),
  ]);
  const shown = { 'secret-alert': secretAlerts, 'code-alert': codeAlerts, 'dependency-alert': dependencyAlerts };
  return sourceRecords('alerts', context.asOf, shown);
}

/** Earlier servers gave a bare list, of GitHub's first 30 at most: nobody can tell whether it is whole. */
const paged = z
  .object({ pageInfo: z.object({ hasNextPage: z.boolean(), nextCursor: z.string() }) })
  .transform(({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.nextCursor : null));
