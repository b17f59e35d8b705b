import * as z from 'zod';
import type { SourceRecords } from '../../../checks/check.ts';
import type { CallTools, LedgerCall } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { byCursor, listRecords, sourceRecords } from '../source-records.ts';

/** The most that the server gives at once. */
const PAGE = 250;

/** Only the server's own word ends the list. */
const paged = z
  .union([z.object({ hasNextPage: z.literal(false) }), z.object({ hasNextPage: z.literal(true), cursor: z.string().min(1) })])
  .transform((page) => (page.hasNextPage ? page.cursor : null));

/** Collects the tickets of a team that carry the label of vulnerabilities, in whatever state. */
export async function collectLinearIssues(call: CallTools, { asOf, scope }: CollectContext): Promise<Collected<SourceRecords>> {
  const { team = '', label = '' } = scope;
  const first: LedgerCall = { tool: 'list_issues', args: { team, label, limit: PAGE } };
  // A label that nobody uses, or that is spelled otherwise, gives an empty list as well.
  const empty = `no ticket of ${team} carries the label ${label} in any state, so nothing shows that vulnerabilities are tracked under it`;
  const ticket = await listRecords(call, { kind: 'ticket', family: 'linear', asOf, empty }, first, byCursor(first, paged));
  return sourceRecords('issues', asOf, { ticket });
}
