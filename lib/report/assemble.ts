/** Rows in, report out: pure and total. Whatever is missing is named as a gap, as degraded or as withheld; nothing is made up for it. */
import type { ReportCheck, ReportFacts, ReportToolCall, UnsealedReport } from '../contract/report.ts';
import type { RunOutcome } from '../contract/vocabulary.ts';
import { type ComparableRun, compareRuns } from '../domain/comparison.ts';
import { coverageOf, scoreOf } from '../domain/score.ts';
import { controlsOf } from './controls.ts';
import { countsOf } from './counts.ts';
import { findingsOf } from './findings.ts';
import { degradedOf, gapsOf, hasDegradedSight, missingChecks } from './gaps.ts';
import { remediationFor } from './remediation.ts';
import type { RunData, ToolCallRow } from './run-data.ts';
import { proseOf, pruneSections, writingOf } from './sections.ts';
import { oneLine, wellFormed } from './text.ts';
import { type VerifiedCheck, verifyChecks, verifyEvidence, type Withheld } from './verified.ts';

/** The whole report but for the seal. */
export function assembleReport(data: RunData): UnsealedReport {
  const { facts, sources } = assemble(data);
  const evidence = (id: string) => sources.get(id);
  const writing = writingOf(data);
  const draft = withFigures({ ...facts, degraded: [...facts.degraded, ...writing.degraded] });
  const pruned = pruneSections(data, draft, evidence);
  const report = withFigures({
    ...draft,
    degraded: [...draft.degraded, ...pruned.degraded],
    withheld: [...draft.withheld, ...pruned.withheld],
  });
  return wellFormed({ ...report, ...proseOf(report, writing.origins, pruned.kept, evidence) });
}

function assemble(data: RunData) {
  const toolCalls = data.toolCalls.map(reportToolCall);
  const evidence = verifyEvidence(data.evidence, toolCalls, data.blobs);
  const verified = verifyChecks(data, evidence);
  const checks = [...verified.checks, ...missingChecks(data)].sort(byPlan(data));
  const found = findingsOf(data, checks, evidence);
  const gaps = gapsOf(data);
  const words: Withheld[] = [];
  const grounds = { evidence: (id: string) => evidence.sources.get(id), withheld: words };
  const controls = controlsOf(data, { checks, findings: found.findings, gaps, ...grounds });
  const remediation = remediationFor(data, found.findings, grounds);
  const outcome = outcomeOf(data, gaps.length);
  const facts = withFigures({
    schema: 'assay.report/1',
    run: runOf(data, outcome),
    score: scoreOf(
      controls,
      data.framework.groups.flatMap((group) => group.categories),
    ),
    coverage: coverageOf(controls),
    controls,
    checks: checks.map(reportCheck),
    findings: found.findings,
    remediation,
    evidence: [...evidence.items],
    toolCalls,
    population: populationOf(data),
    gaps,
    degraded: degradedOf(data),
    withheld: [...data.withheld, ...evidence.withheld, ...verified.withheld, ...found.withheld, ...words].map(
      ({ claim, reason }) => ({
        claim: oneLine(claim),
        reason,
      }),
    ),
    comparison: null,
  });
  return { facts: { ...facts, comparison: comparisonOf(data.previous, facts) }, sources: evidence.sources };
}

const withFigures = (facts: Omit<ReportFacts, 'counts'>): ReportFacts => ({ ...facts, counts: countsOf(facts) });

/** Cancelled by flag; failed when no tool call gave an answer; partial when anything planned was not fully seen. */
function outcomeOf(data: RunData, gaps: number): RunOutcome {
  if (data.run.cancelRequestedAt !== null) return 'cancelled';
  if (!data.toolCalls.some(({ status }) => status === 'ok')) return 'failed';
  const isIncomplete = data.populations.some(({ complete }) => !complete);
  return gaps > 0 || isIncomplete || hasDegradedSight(data) ? 'partial' : 'complete';
}

function runOf({ run, framework, asOf }: RunData, outcome: RunOutcome): ReportFacts['run'] {
  return {
    id: run.id,
    projectId: run.projectId,
    framework: { id: framework.id, version: framework.version, title: framework.title },
    startedAt: (run.startedAt ?? run.createdAt).toISOString(),
    endedAt: (run.endedAt ?? asOf).toISOString(),
    mode: run.mode,
    ...(run.mode === 'model' && run.model !== null ? { model: run.model } : {}),
    outcome,
  };
}

function reportToolCall(row: ToolCallRow): ReportToolCall {
  return {
    id: row.id,
    server: { name: oneLine(row.serverName), version: oneLine(row.serverVersion), connectionId: row.connectionId },
    tool: row.tool,
    args: row.args,
    status: row.status,
    error: row.error === null ? null : oneLine(row.error),
    reperformable: isPinned(row.args) ? 'pinned' : 'point-in-time',
    startedAt: row.startedAt.toISOString(),
    durationMs: row.durationMs,
    resultSha256: row.resultSha256,
    blobs: row.blobs,
  };
}

/** An argument that is a full commit hash fixes what the call can return. */
const isPinned = (args: ToolCallRow['args']): boolean =>
  Object.values(args).some((value) => typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value));

function reportCheck({ id, title, rationale, source, result, reason, counts, observations }: VerifiedCheck): ReportCheck {
  return { id, title, rationale, source: oneLine(source), result, reason: oneLine(reason), counts, observations };
}

/** By plan task, then in the order of the checks: the same whatever order the rows came in. */
function byPlan(data: RunData): (a: VerifiedCheck, b: VerifiedCheck) => number {
  const task = new Map(data.planTasks.map(({ id, position }) => [id, position]));
  const order = new Map(data.checks.map(({ id }, index) => [id, index]));
  const rank = (map: ReadonlyMap<string, number>, id: string): number => map.get(id) ?? map.size;
  return (a, b) => rank(task, a.planTaskId) - rank(task, b.planTaskId) || rank(order, a.id) - rank(order, b.id);
}

function populationOf({ populations, planTasks }: RunData): ReportFacts['population'] {
  const sources = new Map(planTasks.map(({ id, source }) => [id, source]));
  return populations.map(({ planTaskId, what, count, complete, note }) => ({
    source: oneLine(sources.get(planTaskId) ?? 'unknown source'),
    what: oneLine(what),
    count,
    complete,
    note: note === null ? null : oneLine(note),
  }));
}

function comparisonOf(previous: ComparableRun | null, facts: ReportFacts): ReportFacts['comparison'] {
  if (previous === null) return null;
  const { previousRunId, ...changes } = compareRuns(previous, comparable(facts));
  const { resolved, persisting, regressed } = changes;
  return {
    previousRunId,
    new: [...changes.new],
    resolved: [...resolved],
    persisting: [...persisting],
    regressed: [...regressed],
  };
}

/** What a later run is compared with. */
export const comparable = ({ run, findings, checks }: Pick<ReportFacts, 'run' | 'findings' | 'checks'>): ComparableRun => ({
  runId: run.id,
  outcome: run.outcome,
  findings,
  checks,
});
