import * as z from 'zod';
import type { SourceRecords } from '../../../checks/check.ts';
import type { RecordKind } from '../../../domain/records.ts';
import type { CallTools, LedgerCall } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { recordSet } from '../record-sets.ts';
import { allPages, byNumber, sourceRecords } from '../source-records.ts';
import { repositoryOf } from './repository-files.ts';

const PAGE = 100;

/** Collects open alerts of GitHub's scanners: the tools list those of one state, and what is open is what has to be dealt with. */
export async function collectGithubAlerts(call: CallTools, context: CollectContext): Promise<Collected<SourceRecords>> {
  const args = { ...repositoryOf(context), state: 'open', perPage: PAGE };
  const set = async <K extends RecordKind>(
    kind: K,
    first: LedgerCall,
    next: (text: string, page: number) => LedgerCall | null,
  ) => {
    const { answers, note } = await allPages(call, first, next);
    return recordSet({ kind, family: 'github', asOf: context.asOf, note }, answers);
  };
  const secrets = { tool: 'list_secret_scanning_alerts', args };
  const code = { tool: 'list_code_scanning_alerts', args };
  const dependencies = { tool: 'list_dependabot_alerts', args };
  const [secretAlerts, codeAlerts, dependencyAlerts] = await Promise.all([
    set('secret-alert', secrets, byNumber(secrets, PAGE)),
    set('code-alert', code, byNumber(code, PAGE)),
    set('dependency-alert', dependencies, (text) => {
      const after = cursorIn(text);
      return after === null ? null : { ...dependencies, args: { ...args, after } };
    }),
  ]);
  return sourceRecords('alerts', context.asOf, {
    'secret-alert': secretAlerts,
    'code-alert': codeAlerts,
    'dependency-alert': dependencyAlerts,
  });
}

const paged = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ pageInfo: z.object({ hasNextPage: z.boolean(), nextCursor: z.string().min(1) }) }));

function cursorIn(text: string): string | null {
  const { pageInfo } = paged.safeParse(text).data ?? {};
  return pageInfo?.hasNextPage ? pageInfo.nextCursor : null;
}
