/** What both renderers show of a report, found once: numbers of evidence, where a citation points, controls by category. */
import type { EvidenceItem, Report, ReportControl, ReportToolCall } from '../contract/report.ts';
import type { ControlStatus } from '../contract/vocabulary.ts';

export interface CategoryView {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly ReportControl[];
  readonly counts: Readonly<Record<ControlStatus, number>>;
  /** Null where no control of the category is applicable. */
  readonly score: { readonly value: number | null; readonly low: number; readonly high: number } | null;
}

export interface View {
  readonly report: Report;
  readonly categories: readonly CategoryView[];
  /** "E1" for the first piece of evidence of the report. */
  readonly labelOf: (evidenceId: string) => string;
  readonly evidenceOf: (evidenceId: string) => EvidenceItem | undefined;
  readonly callOf: (toolCallId: string) => ReportToolCall | undefined;
  /** Number of the finding, from 1, by id; 0 where there is none. */
  readonly findingNumber: (findingId: string) => number;
  /** Longest folder that all listed and read paths share, with its slash: left out of what is printed. */
  readonly root: string;
}

export function viewOf(report: Report): View {
  const evidence = new Map(report.evidence.map((item, index) => [item.id, { item, label: `E${index + 1}` }]));
  const calls = new Map(report.toolCalls.map((call) => [call.id, call]));
  const findings = new Map(report.findings.map(({ id }, index) => [id, index + 1]));
  return {
    report,
    categories: categoriesOf(report),
    labelOf: (id) => evidence.get(id)?.label ?? '',
    evidenceOf: (id) => evidence.get(id)?.item,
    callOf: (id) => calls.get(id),
    findingNumber: (id) => findings.get(id) ?? 0,
    root: sharedRoot(report.toolCalls),
  };
}

function categoriesOf(report: Report): CategoryView[] {
  const groups = Map.groupBy(report.controls, ({ category }) => category);
  return [...groups].map(([id, controls]) => {
    const count = (status: ControlStatus): number => controls.filter((one) => one.status === status).length;
    const score = report.score?.byCategory.find((one) => one.id === id);
    return {
      id,
      title: controls[0]?.categoryTitle ?? id,
      controls,
      counts: {
        satisfied: count('satisfied'),
        'not-satisfied': count('not-satisfied'),
        'not-assessed': count('not-assessed'),
        'not-applicable': count('not-applicable'),
      },
      score: score === undefined ? null : { value: score.value, low: score.low, high: score.high },
    };
  });
}

/** The listed root is the shortest path that a directory listing was made of. */
function sharedRoot(calls: readonly ReportToolCall[]): string {
  const listed = calls.flatMap(({ tool, args }) =>
    tool.startsWith('list_directory') && typeof args['path'] === 'string' ? [args['path']] : [],
  );
  const [first, ...rest] = listed;
  if (first === undefined) return '';
  const root = rest.reduce((shortest, path) => (path.length < shortest.length ? path : shortest), first);
  return root.endsWith('/') ? root : `${root}/`;
}

/** What a person calls the source of a citation: the path under the root, else the tool with its arguments. */
export function placeOf(view: View, call: ReportToolCall | undefined): string {
  if (call === undefined) return 'unknown call';
  const path = call.args['path'] ?? call.args['file_path'];
  if (typeof path === 'string' && path !== '') {
    if (view.root !== '' && path.startsWith(view.root)) return path.slice(view.root.length);
    return `${path}/` === view.root ? 'the root folder' : path;
  }
  const args = JSON.stringify(call.args);
  return args === '{}' ? call.tool : `${call.tool} ${args}`;
}

export const statusNames: Readonly<Record<ControlStatus, string>> = {
  satisfied: 'Satisfied',
  'not-satisfied': 'Not satisfied',
  'not-assessed': 'Not assessed',
  'not-applicable': 'Not applicable',
};

export const shortHash = (sha256: string): string => sha256.slice(0, 12);

/** "2026-11-23 09:00:14 UTC". */
export const timeText = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

/** Never the value without its interval. */
export const scoreText = (
  score: { readonly value: number | null; readonly low: number; readonly high: number } | null,
): string => (score === null ? 'no score' : `${score.value ?? '–'} (${score.low} to ${score.high})`);

/** A prose in pieces: plain text, and claims with the evidence that they rest on. List items keep their leading "- ". */
export interface Piece {
  readonly text: string;
  readonly evidenceIds: readonly string[];
}

export function piecesOf({ text, claims }: Report['summary']): Piece[] {
  const bytes = Buffer.from(text);
  const edges = [...new Set([0, bytes.length, ...claims.flatMap(({ start, end }) => [start, end])])]
    .filter((edge) => edge >= 0 && edge <= bytes.length)
    .sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, index) => {
    const end = edges[index + 1] ?? bytes.length;
    // The marks of a claim stand where it ends.
    const ending = claims.filter((claim) => claim.end === end && claim.start <= start);
    const evidenceIds = [...new Set(ending.flatMap((claim) => ('evidenceIds' in claim ? claim.evidenceIds : [])))];
    return { text: bytes.subarray(start, end).toString(), evidenceIds };
  });
}
