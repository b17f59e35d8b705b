/** What the report agent is shown: figures by pointer, findings and evidence by label. */
import type { EvidenceItem, ReportFacts } from '../../contract/report.ts';
import type { SectionId } from '../../contract/run-state.ts';
import { resolvePointer } from '../../report/pointer.ts';
import { sectionTitles } from '../../report/prose.ts';
import { shortened } from '../prompt.ts';
import type { SectionDocument } from './answer.ts';

/** Figures that do not change any more once the analysis has ended. */
const figures = [
  ...['/coverage/controls', '/coverage/satisfied', '/coverage/notSatisfied', '/coverage/notAssessed', '/coverage/notApplicable'],
  ...['/counts/findings', '/counts/critical', '/counts/high', '/counts/medium', '/counts/low'],
  ...[
    '/counts/checks',
    '/counts/checksPassed',
    '/counts/checksFailed',
    '/counts/checksUnknown',
    '/counts/toolCalls',
    '/counts/gaps',
  ],
  ...['/counts/coveragePercent', '/score/value', '/score/low', '/score/high', '/run/framework/title', '/run/framework/version'],
];

const MAX_FINDINGS = 12;
const EVIDENCE_EACH = 3;
const MAX_PASSING = 12;
const SAYS_CHARS = 600;

const purposes: Readonly<Record<SectionId | 'summary', string>> = {
  'scope-and-method': 'What was looked at, how completely, and by which means.',
  strengths: 'What the evidence shows to be in order, and why it matters.',
  weaknesses: 'What the findings have in common and which come first; then, for each finding, what exactly the evidence shows.',
  'blind-spots': 'What could not be seen, and what that means for the reading of the score.',
  summary: 'For a reader with one minute: the state, what is most urgent, and what could not be seen. At most eight sentences.',
};

export interface Labelled {
  readonly document: SectionDocument;
  /** Evidence by label. */
  readonly evidence: ReadonlyMap<string, string>;
  /** Findings by label. */
  readonly findings: ReadonlyMap<string, string>;
}

export function documentOf(report: ReportFacts, id: SectionId | 'summary'): Labelled {
  const items = new Map(report.evidence.map((item) => [item.id, item]));
  const labels = new Map<string, string>();
  const shown: SectionDocument['evidence'][number][] = [];
  const label = (evidenceId: string): string[] => {
    const known = labels.get(evidenceId);
    if (known !== undefined) return [known];
    const item = items.get(evidenceId);
    if (item === undefined) return [];
    const name = `V${labels.size + 1}`;
    labels.set(evidenceId, name);
    shown.push({ id: name, ...saidBy(item, report) });
    return [name];
  };
  const findings = report.findings.slice(0, MAX_FINDINGS).map((finding, index) => ({
    ...{ id: `F${index + 1}`, title: finding.title, severity: finding.severity, controls: finding.controlIds },
    evidence: finding.evidenceIds.slice(0, EVIDENCE_EACH).flatMap(label),
    figures: ['title', 'severity', 'controlIds'].map((part) => `/findings/${index}/${part}`),
  }));
  if (id === 'strengths') for (const evidenceId of passing(report)) label(evidenceId);
  const document: SectionDocument = {
    section: { id, title: id === 'summary' ? 'Summary' : sectionTitles[id], purpose: purposes[id] },
    figures: figuresOf(report),
    findings,
    evidence: shown,
  };
  return {
    document,
    evidence: new Map([...labels].map(([evidenceId, name]) => [name, evidenceId])),
    findings: new Map(report.findings.slice(0, MAX_FINDINGS).map((finding, index) => [`F${index + 1}`, finding.id])),
  };
}

function figuresOf(report: ReportFacts): SectionDocument['figures'] {
  const listed = [
    ...report.population.flatMap((_, index) =>
      ['source', 'count', 'what', 'complete'].map((part) => `/population/${index}/${part}`),
    ),
    ...report.gaps.slice(0, MAX_FINDINGS).flatMap((_, index) => ['source', 'reason'].map((part) => `/gaps/${index}/${part}`)),
  ];
  return Object.fromEntries(
    [...figures, ...listed].flatMap((pointer): [string, string | number | boolean][] => {
      const value = resolvePointer(report, pointer);
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[pointer, value]] : [];
    }),
  );
}

/** One piece of evidence of each passing check. */
function passing({ checks }: ReportFacts): string[] {
  return checks
    .filter(({ result }) => result === 'pass')
    .flatMap(({ observations }) => observations.flatMap(({ evidenceIds }) => evidenceIds).slice(0, 1))
    .slice(0, MAX_PASSING);
}

function saidBy(item: EvidenceItem, { toolCalls }: ReportFacts): { where: string; says: string } {
  if (item.kind === 'population') return { where: 'a listing', says: item.statement };
  const call = toolCalls.find(({ id }) => id === item.toolCallId);
  const where = call === undefined ? '' : `${call.server.name}: ${call.tool} ${JSON.stringify(call.args)}`;
  return { where: shortened(where, 300), says: shortened(item.quote, SAYS_CHARS) };
}
