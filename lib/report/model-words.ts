/**
 * What a model wrote outside of prose: titles, recommendations, steps, reasons of proposals. They stand as far as what they name
 * stands in their evidence; else words of ours take their place, and theirs are withheld.
 */
import type { Remediation } from '../contract/report.ts';
import { type Grounds, inventedIn } from './invented.ts';
import { prune } from './prune.ts';
import type { FindingRow } from './run-data.ts';
import { clipped, oneLine } from './text.ts';
import type { Withheld } from './verified.ts';

/** What the words may draw on: evidence by id, and texts that the report prints anyhow. */
export interface Ground {
  readonly evidence: Grounds['evidence'];
  readonly evidenceIds: readonly string[];
  readonly given?: readonly string[];
}

/** The first thing that a text names and its ground does not hold; null when there is none. */
export function foreignWord(text: string, { evidence, evidenceIds, given = [] }: Ground): string | null {
  if (text.trim() === '') return null;
  const range = { start: 0, end: Buffer.byteLength(text) };
  const held = evidenceIds.filter((id) => evidence(id) !== undefined);
  const claims = [
    ...(held.length > 0 ? [{ ...range, evidenceIds: [...held] }] : []),
    ...(given.length > 0 ? [{ ...range, computed: given.map((_, index) => `/${index}`) }] : []),
  ];
  const [first] = inventedIn({ text, origin: 'model', claims }, { evidence, figures: given });
  return first?.text ?? null;
}

/** The text where it holds, else `instead`. */
function held(text: string, instead: string, ground: Ground, withheld: Withheld[]): string {
  const line = oneLine(text);
  const foreign = foreignWord(line, ground);
  if (foreign === null && line !== '') return line;
  if (foreign !== null)
    withheld.push({ claim: clipped(line, 160), reason: `"${clipped(foreign, 80)}" stands in nothing that it cites.` });
  return instead;
}

/** A model's finding keeps the sentences that its evidence holds; with none, or without evidence, it is withheld. */
export function heldFinding(row: FindingRow, evidence: Grounds['evidence'], withheld: Withheld[]): FindingRow | null {
  const evidenceIds = row.evidenceIds.filter((id) => evidence(id) !== undefined);
  const title = clipped(oneLine(row.title), 160);
  if (evidenceIds.length === 0) {
    withheld.push({ claim: title, reason: 'None of its evidence holds.' });
    return null;
  }
  const pruned = prune(row.description, { evidence, figures: {} });
  withheld.push(...pruned.withheld);
  if (pruned.prose === null) {
    withheld.push({ claim: title, reason: 'No sentence of its description holds.' });
    return null;
  }
  const ids = row.controlIds.join(', ');
  const ground = { evidence, evidenceIds, given: [ids] };
  return {
    ...row,
    evidenceIds,
    title: held(row.title, `A finding on ${ids}`, ground, withheld),
    recommendation: held(
      row.recommendation,
      `Compare what is cited with what ${ids} asks, and mend the difference.`,
      ground,
      withheld,
    ),
    description: pruned.prose,
  };
}

/** Of a proposal, whose evidence a person looks at in any case. */
export const heldReason = (reason: string, ground: Ground, withheld: Withheld[]): string =>
  held(reason, 'What is cited speaks for it.', ground, withheld);

/** An item of a remediation plan; null when none of its steps holds. */
export function heldItem(item: Remediation, ground: Ground, instead: string, withheld: Withheld[]): Remediation | null {
  const steps = item.steps.flatMap((step) => held(step, '', ground, withheld) || []);
  return steps.length === 0 ? null : { ...item, title: held(item.title, instead, ground, withheld), steps };
}
