/** A finding in the words of the observations that make it: each sentence rests on its own evidence. */
import type { Claim, Prose } from '../contract/report.ts';
import { sentence } from '../domain/verdict.ts';
import { composer, type Figure } from './compose.ts';
import { inventedIn } from './invented.ts';
import type { CheckInfo, ObservationRow } from './run-data.ts';
import type { Source } from './sources.ts';
import type { VerifiedCheck } from './verified.ts';

/** Sentences of one description: a reader acts on the first few, and the check lists every observation. */
const MAX_DESCRIBED = 10;

/** What a check is about in its own words: constants of the rule, printed with every finding of it. */
export const ruleOf = (
  info: CheckInfo,
): { readonly title: string; readonly recommendation: string; readonly rationale: string } => ({
  title: `Not met: ${info.title}`,
  recommendation: info.remediation.steps.map(sentence).join(' '),
  rationale: info.rationale,
});

/** What a reason says that neither its evidence, its resource nor its rule holds; null when nothing. */
export function foreignTo(one: ObservationRow, info: CheckInfo, sources: ReadonlyMap<string, Source>): string | null {
  const { resource, reason } = one;
  const figures = { ...ruleOf(info), resource };
  return firstLost(reason, one.evidenceIds, sources, figures);
}

/** The description of a report's finding; `at` and `finding` are the places of the check and the finding in the report. */
export function describeFinding(check: VerifiedCheck, at: number, finding: number, sources: ReadonlyMap<string, Source>): Prose {
  const fails = check.observations.flatMap((one, index) => (one.result === 'fail' ? [{ ...one, index }] : []));
  const prose = composer({ checks: Object.assign([], { [at]: check }) });
  for (const { index, ...one } of fails.slice(0, MAX_DESCRIBED)) {
    if (fails.length > 1) prose.item();
    const isGrounded = firstLost(one.reason, one.evidenceIds, sources, {}) === null;
    const resource = `/checks/${at}/observations/${index}/resource`;
    const rule = [`/findings/${finding}/title`, `/findings/${finding}/recommendation`, `/checks/${at}/rationale`, resource];
    const reason: Figure = { text: sentence(one.reason), pointers: isGrounded ? [] : rule };
    prose.cite(one.evidenceIds)`${placeOf(one, resource)}${reason}`;
  }
  if (fails.length > MAX_DESCRIBED) {
    prose.paragraph();
    prose.say`In all, ${`/checks/${at}/counts/fail`} observations of this check fail.`;
  }
  return prose.build('check');
}

/** The same without a report around it, for rows that are written before there is one. */
export function describeFails(fails: readonly ObservationRow[]): Prose {
  const prose = composer({});
  for (const one of fails.slice(0, MAX_DESCRIBED)) {
    if (fails.length > 1) prose.item();
    prose.cite(one.evidenceIds)`${{ ...placeOf(one, ''), pointers: [] }}${{ text: sentence(one.reason), pointers: [] }}`;
  }
  return prose.build('check');
}

/** Where it was seen, unless the reason says so itself: `path`, or `path` and the job in it. */
function placeOf({ resource, reason }: ObservationRow, pointer: string): Figure {
  const [path = '', part] = resource.split('#', 2);
  if (resource === 'repository' || reason.includes(path)) return { text: '', pointers: [] };
  return { text: part === undefined ? `${path}: ` : `${path} (${part}): `, pointers: [pointer] };
}

function firstLost(
  text: string,
  evidenceIds: readonly string[],
  sources: ReadonlyMap<string, Source>,
  figures: Readonly<Record<string, string>>,
): string | null {
  const range = { start: 0, end: Buffer.byteLength(text) };
  const computed = Object.keys(figures).map((name) => `/${name}`);
  const claims: Claim[] = [{ ...range, evidenceIds: [...evidenceIds] }, ...(computed.length > 0 ? [{ ...range, computed }] : [])];
  const [first] = inventedIn({ text, origin: 'check', claims }, { evidence: (id) => sources.get(id), figures });
  return first?.text ?? null;
}
