/**
 * Everything that the database knows of a run, as plain rows. They mirror prisma/schema.prisma with its JSON columns parsed;
 * `assembleReport` turns them into a report, whatever is missing.
 */
import type { Capability } from '../checks/check.ts';
import type { EvidenceItem, Prose, Remediation, ReportToolCall } from '../contract/report.ts';
import type { Basis, ControlStatus, RunMode, Severity } from '../contract/vocabulary.ts';
import type { ComparableRun } from '../domain/comparison.ts';
import type { CheckOutcome, Proposal } from '../domain/verdict.ts';
import type { Framework } from '../frameworks/framework.ts';

export interface RunRow {
  readonly id: string;
  readonly projectId: string;
  readonly mode: RunMode;
  /** Of the configured model, in mode `model`. */
  readonly model: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly cancelRequestedAt: Date | null;
}

export interface PlanTaskRow {
  readonly id: string;
  readonly position: number;
  readonly source: string;
  readonly connectionId: string;
  readonly capability: string;
  readonly controlIds: readonly string[];
}

export interface StepRow {
  readonly name: string;
  /** The plan task, group or section it works on; '' for steps of the whole run. */
  readonly item: string;
  readonly attempt: number;
  readonly status: 'running' | 'done' | 'failed';
  readonly origin: 'task' | 'fallback';
  readonly error: string | null;
  readonly reason: string | null;
}

/** In ledger order. */
export interface ToolCallRow {
  readonly id: string;
  readonly planTaskId: string;
  readonly connectionId: string;
  readonly callKey: string;
  readonly serverName: string;
  readonly serverVersion: string;
  readonly tool: string;
  readonly args: ReportToolCall['args'];
  readonly attempt: number;
  readonly startedAt: Date;
  readonly status: 'started' | 'ok' | 'error';
  readonly error: string | null;
  readonly durationMs: number | null;
  readonly resultSha256: string | null;
  readonly blobs: ReportToolCall['blobs'];
}

export interface ObservationRow {
  readonly resource: string;
  readonly result: CheckOutcome;
  readonly reason: string;
  readonly evidenceIds: readonly string[];
}

export interface CheckResultRow {
  readonly planTaskId: string;
  readonly checkId: string;
  readonly result: CheckOutcome;
  readonly reason: string;
  readonly observations: readonly ObservationRow[];
}

export interface PopulationRow {
  readonly planTaskId: string;
  readonly what: string;
  readonly count: number;
  readonly complete: boolean;
  readonly note: string | null;
}

export interface GapRow {
  readonly step: string;
  readonly item: string;
  readonly source: string;
  readonly reason: string;
  readonly controlIds: readonly string[];
}

/** What the assessment wrote. Status and basis are derived again at assembly; the proposal is what it adds. */
export interface ControlResultRow {
  readonly controlId: string;
  readonly status: ControlStatus;
  readonly basis: Basis;
  readonly reason: string;
  readonly proposal: Proposal | null;
  readonly findingIds: readonly string[];
}

export interface DecisionRow {
  readonly controlId: string;
  readonly decision: 'accept' | 'reject';
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface FindingRow {
  readonly id: string;
  readonly checkId: string | null;
  readonly planTaskId: string | null;
  readonly controlIds: readonly string[];
  readonly severity: Severity;
  readonly title: string;
  readonly description: Prose;
  readonly recommendation: string;
  readonly evidenceIds: readonly string[];
  readonly origin: { readonly kind: 'check'; readonly id: string } | { readonly kind: 'model'; readonly name: string };
  readonly firstSeenRunId: string;
}

/** `id` is a section id, or `summary`. */
export interface SectionRow {
  readonly id: string;
  readonly title: string;
  readonly prose: Prose;
}

/** What assembly needs of a check; every check of lib/checks is one. */
export interface CheckInfo {
  readonly id: string;
  readonly title: string;
  readonly capability: Capability;
  readonly severity: Severity;
  readonly rationale: string;
  readonly remediation: { readonly steps: readonly string[]; readonly effort: 'small' | 'medium' | 'large' };
  /** Control ids by framework id. */
  readonly controls: Readonly<Record<string, readonly string[]>>;
}

export interface RunData {
  readonly run: RunRow;
  readonly framework: Framework;
  /** Every check there is; those that map to no control of the framework are left aside. */
  readonly checks: readonly CheckInfo[];
  readonly planTasks: readonly PlanTaskRow[];
  readonly steps: readonly StepRow[];
  readonly toolCalls: readonly ToolCallRow[];
  readonly checkResults: readonly CheckResultRow[];
  readonly populations: readonly PopulationRow[];
  readonly gaps: readonly GapRow[];
  readonly controlResults: readonly ControlResultRow[];
  readonly decisions: readonly DecisionRow[];
  readonly findings: readonly FindingRow[];
  /** In the order in which they were written. */
  readonly evidence: readonly EvidenceItem[];
  readonly sections: readonly SectionRow[];
  /** What steps took out of a model's answers. */
  readonly withheld: readonly { readonly claim: string; readonly reason: string }[];
  /** Written by the remediation agent; null when there is none, and the checks' own steps stand in. */
  readonly remediation: readonly Remediation[] | null;
  /** Bytes of every cited block by SHA-256 (`citedBlobs` names them). Evidence whose bytes are missing is withheld. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  /** The project's previous finished run of the same framework; null when there is none or it could not be compared. */
  readonly previous: ComparableRun | null;
  /** Taken as the end of a run that has none yet. */
  readonly asOf: Date;
}

/**
 * SHA-256 of every blob that the evidence cites, and of what a cited file was taken out of, each once, sorted: what to read before
 * assembling, and what a bundle holds.
 */
export function citedBlobs(evidence: readonly EvidenceItem[], calls: readonly Pick<ToolCallRow, 'id' | 'blobs'>[]): string[] {
  const blobsOf = new Map(calls.map(({ id, blobs }) => [id, blobs]));
  const cited = evidence.flatMap((item) => {
    if (item.kind === 'population') return item.blobSha256s;
    const blobs = blobsOf.get(item.toolCallId) ?? [];
    const origin = blobs.find(({ sha256 }) => sha256 === item.blobSha256)?.derivedFrom;
    return [item.blobSha256, ...blobs.filter(({ index }) => index === origin).map(({ sha256 }) => sha256)];
  });
  return [...new Set(cited)].sort((a, b) => (a < b ? -1 : 1));
}
