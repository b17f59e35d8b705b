import type { SourceRecords } from '../../../checks/check.ts';
import type { CallTools, LedgerCall } from '../../tools.ts';
import type { CollectContext, Collected } from '../collected.ts';
import { detailsOf, listedIds } from '../details.ts';
import { recordSet } from '../record-sets.ts';
import { sourceRecords } from '../source-records.ts';

/** The most that may be asked for: the tool has no further page. */
const LIMIT = 100;
/** Where servers cut a list off, some whatever they are asked for, without a word: such a number may be all, or not. */
const USUAL_CAPS: ReadonlySet<number> = new Set([10, 25, 50]);

/** Collects the unresolved fatal errors of a project: a search lists them, and one call each says since when. */
export async function collectSentryErrors(call: CallTools, { asOf, scope }: CollectContext): Promise<Collected<SourceRecords>> {
  const { organization = '', project = '' } = scope;
  const search: LedgerCall = {
    tool: 'search_issues',
    args: {
      organizationSlug: organization,
      projectSlugOrId: project,
      query: 'is:unresolved level:fatal',
      sort: 'new',
      limit: LIMIT,
    },
  };
  const [answer] = await call([search]);
  const listed = { call: search, answer };
  const ids = listedIds('sentry', 'error-group', listed);
  const details = await detailsOf(
    call,
    ids.map((resourceId) => ({
      tool: 'get_sentry_resource',
      args: { resourceType: 'issue', organizationSlug: organization, resourceId },
    })),
  );
  const note =
    ids.length >= LIMIT || USUAL_CAPS.has(ids.length)
      ? `${ids.length} unresolved fatal errors were listed, a number at which servers stop: there may be older ones`
      : null;
  const set = recordSet({ kind: 'error-group', family: 'sentry', asOf, note }, [listed, ...details]);
  return sourceRecords('errors', asOf, { 'error-group': set });
}
