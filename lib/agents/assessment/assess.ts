/** The assessment agent: what a model sees in the evidence, as far as code finds it there. */
import type { EvidenceItem, Prose } from '../../contract/report.ts';
import { locateQuote } from '../../domain/citation.ts';
import { nameUuid } from '../../domain/name-uuid.ts';
import { rubricSeverity } from '../../domain/severity.ts';
import type { Proposal } from '../../domain/verdict.ts';
import { heldFinding, heldReason } from '../../report/model-words.ts';
import type { FindingRow } from '../../report/run-data.ts';
import { evidenceSource, type Source } from '../../report/sources.ts';
import { clipped, oneLine } from '../../report/text.ts';
import type { Withheld } from '../../report/verified.ts';
import type { Model } from '../model.ts';
import { asked } from '../prompt.ts';
import { type AssessmentAnswer, type AssessmentDocument, assessmentAnswer } from './answer.ts';
import type { Shown } from './exhibits.ts';

type Excerpt = Extract<EvidenceItem, { kind: 'excerpt' }>;

export interface AssessmentWork {
  readonly runId: string;
  readonly group: AssessmentDocument['group'];
  readonly controls: readonly (AssessmentDocument['controls'][number] & {
    readonly weight: number;
    /** No check decides it, so that a pass may be proposed. */
    readonly isOpen: boolean;
    /** What passing checks of this control cite: a model does not contradict a check on the same bytes. */
    readonly passed: readonly Pick<Excerpt, 'blobSha256' | 'start' | 'end'>[];
  })[];
  readonly exhibits: readonly Shown[];
}

export interface Assessed {
  readonly findings: readonly FindingRow[];
  /** By control. */
  readonly proposals: ReadonlyMap<string, Proposal>;
  readonly evidence: readonly Excerpt[];
  readonly withheld: readonly Withheld[];
}

const role = [
  'You judge one group of controls on recorded tool output, the exhibits.',
  'Raise a finding only where an exhibit shows that a control is not met; each of its sentences rests on quotes, copied letter by letter from the exhibits. Do not repeat what a check already failed.',
  'Where no check decides a control and exhibits show that it is met or does not apply, propose so with quotes and a reason; a person decides. That something is not among the exhibits shows nothing.',
].join(' ');

/** Of one group: more is not read by anybody. */
const MAX_FINDINGS = 30;

/** @throws what `model.ask` throws */
export async function assessWithModel(model: Model, work: AssessmentWork): Promise<Assessed> {
  if (work.exhibits.length === 0) return { findings: [], proposals: new Map(), evidence: [], withheld: [] };
  const document: AssessmentDocument = {
    group: work.group,
    controls: work.controls.map(({ id, title, checks }) => ({ id, title, checks })),
    exhibits: work.exhibits.map(({ recording: _, ...exhibit }) => exhibit),
  };
  const messages = asked(role, document);
  return verified(await model.ask({ kind: 'assess', name: 'assessment', schema: assessmentAnswer, messages }), work, model.name);
}

/** Keeps of an answer what holds; each claim that does not is withheld alone. */
export function verified(answer: AssessmentAnswer, work: AssessmentWork, model: string): Assessed {
  const cited = citations(work);
  const withheld: Withheld[] = [];
  const controls = new Map(work.controls.map((control) => [control.id, control]));
  const findings = answer.findings.slice(0, MAX_FINDINGS).flatMap((one): FindingRow[] => {
    const title = clipped(oneLine(one.title), 160);
    const { description, evidenceIds } = described(one.sentences, cited.cite, withheld);
    const known = [...new Set(one.controls)].filter((id) => controls.has(id));
    const controlIds = known.filter((id) => !contradicts(controls.get(id)?.passed ?? [], evidenceIds, cited.items));
    if (controlIds.length === 0) {
      const reason =
        known.length > 0
          ? 'A check passed on the same bytes, and a model does not contradict it.'
          : 'It names no control of this group.';
      withheld.push({ claim: title, reason });
      return [];
    }
    const row = rowOf(work, { title, controlIds, recommendation: one.recommendation, description, evidenceIds }, model);
    const held = heldFinding(row, cited.source, withheld);
    return held === null ? [] : [held];
  });
  const proposals = new Map<string, Proposal>();
  for (const { control, status, reason, quotes } of answer.proposals) {
    if (controls.get(control)?.isOpen !== true || proposals.has(control)) continue;
    const evidenceIds = quotes.flatMap((quote) => cited.cite(quote, withheld));
    if (evidenceIds.length === 0)
      withheld.push({ claim: `${control}: ${clipped(oneLine(reason), 140)}`, reason: 'None of its evidence holds.' });
    else
      proposals.set(control, {
        status,
        evidenceIds,
        reason: heldReason(reason, { evidence: cited.source, evidenceIds }, withheld),
      });
  }
  const used = new Set([...findings, ...proposals.values()].flatMap(({ evidenceIds }) => evidenceIds));
  return { findings: once(findings), proposals, evidence: [...cited.items.values()].filter(({ id }) => used.has(id)), withheld };
}

type Quote = AssessmentAnswer['proposals'][number]['quotes'][number];
type Cite = (quote: Quote, withheld: Withheld[]) => string[];

/** Finds quotes in the exhibits' bytes, not in what was shown of them. The same bytes are one piece of evidence, under the same id in any attempt. */
function citations({ runId, group, exhibits }: AssessmentWork) {
  const items = new Map<string, Excerpt>();
  const labels = new Map(exhibits.map(({ id, recording }) => [id, recording]));
  const calls = new Map(exhibits.map(({ recording }) => [recording.toolCallId, recording]));
  const cite: Cite = ({ exhibit, quote }, withheld) => {
    const recording = labels.get(exhibit);
    const refuse = (reason: string): string[] => {
      withheld.push({ claim: clipped(oneLine(quote), 160), reason });
      return [];
    };
    if (recording === undefined) return refuse('It cites an exhibit that does not exist.');
    const found = locateQuote(recording.content, quote);
    if (found.state === 'withheld') return refuse(found.reason);
    const { toolCallId, blobSha256, collectedAt } = recording;
    const { start, end } = found;
    const id = nameUuid(runId, 'assess', group.id, toolCallId, blobSha256, String(start), String(end));
    items.set(id, {
      id,
      kind: 'excerpt',
      toolCallId,
      blobSha256,
      start,
      end,
      quote: found.quote,
      state: 'verified',
      collectedAt,
    });
    return [id];
  };
  const source = (id: string): Source | undefined => {
    const item = items.get(id);
    return item === undefined ? undefined : evidenceSource(item, calls, null);
  };
  return { items, cite, source };
}

/** Sentences without evidence go; each that stays is a claim on its own quotes. */
function described(
  sentences: AssessmentAnswer['findings'][number]['sentences'],
  cite: Cite,
  withheld: Withheld[],
): { readonly description: Prose; readonly evidenceIds: string[] } {
  const description: Prose = { text: '', origin: 'model', claims: [] };
  const all = new Set<string>();
  for (const { text, quotes } of sentences) {
    const line = oneLine(text);
    const evidenceIds = [...new Set(quotes.flatMap((quote) => cite(quote, withheld)))];
    if (line === '' || evidenceIds.length === 0) {
      if (line !== '') withheld.push({ claim: clipped(line, 160), reason: 'None of its evidence holds.' });
      continue;
    }
    if (description.text !== '') description.text += ' ';
    const start = Buffer.byteLength(description.text);
    description.text += line;
    description.claims.push({ start, end: Buffer.byteLength(description.text), evidenceIds });
    for (const id of evidenceIds) all.add(id);
  }
  return { description, evidenceIds: [...all] };
}

/** Every piece of evidence overlaps bytes on which a check passed. */
function contradicts(
  passed: readonly Pick<Excerpt, 'blobSha256' | 'start' | 'end'>[],
  ids: readonly string[],
  items: ReadonlyMap<string, Excerpt>,
): boolean {
  const isPassed = ({ blobSha256, start, end }: Excerpt): boolean =>
    passed.some((one) => one.blobSha256 === blobSha256 && one.start < end && start < one.end);
  const cited = ids.flatMap((id) => items.get(id) ?? []);
  return cited.length > 0 && cited.every(isPassed);
}

type Words = Pick<FindingRow, 'title' | 'controlIds' | 'recommendation' | 'description' | 'evidenceIds'>;

/** Severity by the rubric, never by a model. */
function rowOf({ runId, controls }: AssessmentWork, words: Words, model: string): FindingRow {
  const weights = controls.flatMap(({ id, weight }) => (words.controlIds.includes(id) ? [weight] : []));
  return {
    ...words,
    id: nameUuid(runId, 'model', ...words.controlIds, ...words.evidenceIds),
    checkId: null,
    planTaskId: null,
    severity: rubricSeverity(weights),
    origin: { kind: 'model', name: model },
    firstSeenRunId: runId,
  };
}

/** The same evidence on the same controls is one finding, however often it is told. */
const once = (findings: readonly FindingRow[]): FindingRow[] => [...new Map(findings.map((one) => [one.id, one])).values()];
