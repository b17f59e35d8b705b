import * as z from 'zod';
import type { SourceRecords } from '../../../checks/check.ts';
import type { CallTools, LedgerCall } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { parsedJson } from '../parsed-json.ts';
import { recordSet } from '../record-sets.ts';
import { allPages, sourceRecords } from '../source-records.ts';

/** The most that the server gives at once. */
const PAGE = 250;

const more = z.object({ hasNextPage: z.literal(true), cursor: z.string().min(1) });

/** Collects the tickets of a team that carry the label of vulnerabilities, in whatever state. */
export async function collectLinearIssues(call: CallTools, { asOf, scope }: CollectContext): Promise<Collected<SourceRecords>> {
  const { team = '', label = '' } = scope;
  const first: LedgerCall = { tool: 'list_issues', args: { team, label, limit: PAGE } };
  const { answers, note } = await allPages(call, first, (text) => {
    const { cursor } = more.safeParse(parsedJson(text)).data ?? {};
    return cursor === undefined ? null : { ...first, args: { ...first.args, after: cursor } };
  });
  const ticket = recordSet({ kind: 'ticket', family: 'linear', asOf, note }, answers);
  return sourceRecords('issues', asOf, { ticket });
}
