import type { Agent } from '../contract/events.ts';
import type { EvidenceItem } from '../contract/report.ts';
import type { Framework } from '../frameworks/framework.ts';
import { controlsOf } from '../frameworks/index.ts';
import { factsOfAssessment, factsOfExtraction, recallLines } from '../memory/facts.ts';
import type { AgentMemory } from '../memory/memory.ts';
import type { ControlResultRow } from '../report/run-data.ts';
import type { RunRow } from '../store/runs.ts';
import type { SourceCall } from './assessment-work.ts';

/** Absent where nothing is remembered: without a model nobody would read it. */
export interface MemoryDeps {
  readonly memory?: AgentMemory;
}

const RECALLED = 12;

/**
 * What earlier runs of the project left for an agent. Nothing of this run: a retried step must be shown what it was shown before, or
 * its answers in the ledger would fit no question.
 */
export async function recalled(
  { memory }: MemoryDeps,
  { id, projectId }: RunRow,
  agent: Agent,
  query: string,
): Promise<string[]> {
  const entries = (await memory?.recall(projectId, agent, query, 2 * RECALLED)) ?? [];
  return recallLines(entries.filter(({ runId }) => runId !== id).slice(0, RECALLED));
}

/** Calls whose answers were cited are worth making again; controls that were not met are worth planning for. */
export async function rememberAssessment(
  { memory }: MemoryDeps,
  { id: runId, projectId }: RunRow,
  framework: Framework,
  found: {
    readonly calls: readonly SourceCall[];
    readonly evidence: readonly Extract<EvidenceItem, { kind: 'excerpt' }>[];
    readonly controls: readonly ControlResultRow[];
  },
): Promise<void> {
  if (memory === undefined) return;
  const titles = new Map(controlsOf(framework).map((control) => [control.id, control.title]));
  const useful = [...Map.groupBy(found.calls, ({ source }) => source)].flatMap(([source, calls]) =>
    factsOfExtraction({ runId, source }, calls, found.evidence),
  );
  const unmet = factsOfAssessment(
    runId,
    found.controls.map(({ controlId, status }) => ({ controlId, status, title: titles.get(controlId) ?? '' })),
  );
  if (useful.length > 0) await memory.remember(projectId, 'extraction', useful);
  if (unmet.length > 0) await memory.remember(projectId, 'manager', unmet);
}
