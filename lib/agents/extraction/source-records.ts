/** Puts together what a source showed of several kinds of records, and what it did not. */
import * as z from 'zod';
import type { Listing, RecordCapability, RecordSet, SourceRecords } from '../../checks/check.ts';
import { parsedJson } from '../../domain/parsed-json.ts';
import type { RecordKind } from '../../domain/records.ts';
import type { CallTools, LedgerAnswer, LedgerCall } from '../tools.ts';
import type { Collected } from './collected.ts';
import { type Answered, recordSet, type SetOf } from './record-sets.ts';

type SetOrProblem<K extends RecordKind> = RecordSet<K> | { readonly problem: string };
/** By kind: the set, or why there is none. */
export type Shown = { readonly [K in RecordKind]?: SetOrProblem<K> };

export function sourceRecords(capability: RecordCapability, asOf: string, shown: Shown): Collected<SourceRecords> {
  const sets: Partial<Record<RecordKind, RecordSet>> = {};
  const unseen: Partial<Record<RecordKind, string>> = {};
  const listings: { readonly what: string; readonly count: number; readonly listing: Listing }[] = [];
  for (const [kind, result] of entriesOf(shown)) {
    if ('problem' in result) unseen[kind] = result.problem;
    else {
      sets[kind] = result;
      listings.push({ what: `${kind} records`, count: result.records.length, listing: result.listing });
    }
  }
  return {
    // The pairs of kind and set are those of `shown`, which is typed by kind.
    evidence: { capability, sets: sets as SourceRecords['sets'], unseen, asOf },
    populations: listings.map(({ what, count, listing: { complete, note } }) => ({ what, count, complete, note })),
    gaps: [
      ...entriesOf(unseen).map(([kind, reason]) => `${kind} records were not shown: ${reason}`),
      ...listings.flatMap(({ what, listing: { complete, note } }) =>
        complete ? [] : [`${what} are not complete: ${note ?? ''}`],
      ),
    ],
  };
}

type Values<M> = Exclude<M[keyof M], undefined>;
/** Object.entries forgets that the keys are kinds. */
const entriesOf = <M extends { readonly [K in RecordKind]?: unknown }>(map: M): readonly [RecordKind, Values<M>][] =>
  Object.entries(map) as [RecordKind, Values<M>][];

/** Pages of one list: more than this is said to be incomplete. */
const MAX_PAGES = 50;

/** The call for the page after this one, given its text and its number from 1; null after the last; why where nobody can tell. */
type Next = (text: string, page: number) => LedgerCall | null | { readonly note: string };

export interface Pages {
  readonly answers: readonly Answered[];
  /** Why there may be more; null when the last page was seen. */
  readonly note: string | null;
}

/** All records of a kind that a list shows. */
export async function listRecords<K extends RecordKind>(
  call: CallTools,
  of: Omit<SetOf<K>, 'note'>,
  first: LedgerCall,
  next: Next,
): Promise<SetOrProblem<K>> {
  const { answers, note } = await allPages(call, first, next);
  return recordSet({ ...of, note }, answers);
}

/** Asks page by page, until there is no next one or one is refused. */
export async function allPages(call: CallTools, first: LedgerCall, next: Next): Promise<Pages> {
  const answers: Answered[] = [];
  let before = '';
  for (let asked: LedgerCall | null = first; asked !== null; ) {
    if (answers.length === MAX_PAGES) return { answers, note: `only the first ${MAX_PAGES} pages of ${first.tool} were read` };
    const [answer]: readonly (LedgerAnswer | undefined)[] = await call([asked]);
    answers.push({ call: asked, answer });
    if (answer?.status !== 'ok') break;
    const text = answer.blocks[0]?.text ?? '';
    // A server that does not know the page's argument gives its first page for ever.
    if (answers.length > 1 && text === before) return { answers, note: `${first.tool} gave the same page twice` };
    before = text;
    const then = next(text, answers.length);
    if (then !== null && 'note' in then) return { answers, note: then.note };
    asked = then;
  }
  return { answers, note: null };
}

/** For a tool that has no pages. */
export const onePage: Next = () => null;

/**
 * For tools that number their pages: only an empty page is the end. One that is not full may be all that a server gives at once, whatever
 * it is asked for; then the page after it is the same again.
 */
export const byNumber =
  (first: LedgerCall, argument = 'page', itemsOf: z.ZodType<readonly unknown[]> = items): Next =>
  (text, page) =>
    (itemsOf.safeParse(parsedJson(text)).data?.length ?? 0) === 0
      ? null
      : { ...first, args: { ...first.args, [argument]: page + 1 } };

/** For tools with `after`: `cursor` finds it in the page before, null in the last one. */
export const byCursor =
  (first: LedgerCall, cursor: z.ZodType<string | null>): Next =>
  (text) => {
    const after = cursor.safeParse(parsedJson(text)).data;
    if (after === undefined) return { note: `${first.tool} does not say whether there is more` };
    return after === null ? null : { ...first, args: { ...first.args, after } };
  };

const items = z.union([z.array(z.unknown()), z.object({ items: z.array(z.unknown()) }).transform((page) => page.items)]);
