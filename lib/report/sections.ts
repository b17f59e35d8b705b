/** Which prose is printed: what a model wrote, as far as it holds; else what the figures say, marked as fallback where a step failed. */
import type { Prose, ReportFacts, UnsealedReport } from '../contract/report.ts';
import { stepOf } from './gaps.ts';
import { type Grounds, inventedIn } from './invented.ts';
import { behind, behindState, sectionIds, sectionTitles, writeSection, writeSummary } from './prose.ts';
import { prune } from './prune.ts';
import type { RunData } from './run-data.ts';
import type { Withheld } from './verified.ts';

type Degraded = UnsealedReport['degraded'][number];

/** What the prose steps left behind; decided before the words are written, because the words count it. */
export interface Writing {
  readonly origins: ReadonlyMap<string, Prose['origin']>;
  readonly degraded: readonly Degraded[];
}

/**
 * A row, or a step that ended well, gives the origin; a prose that no step wrote is a fallback's, and is degraded unless its step
 * already says so.
 */
export function writingOf(data: RunData): Writing {
  const origins = new Map<string, Prose['origin']>();
  const degraded: Degraded[] = [];
  for (const id of ['summary', ...sectionIds]) {
    const [name, item] = id === 'summary' ? ['summarise', ''] : ['section', id];
    const step = stepOf(data, name, item);
    const row = data.sections.find((section) => section.id === id);
    const isWritten = step?.status === 'done' && step.origin === 'task';
    origins.set(id, row?.prose.origin ?? (isWritten ? 'check' : 'fallback'));
    if (row !== undefined || step !== undefined) continue;
    const label = item === '' ? name : `${name}/${item}`;
    degraded.push({ step: label, reason: 'It was never reached; its text is computed from the figures of the report.' });
  }
  return { origins, degraded };
}

/** Where the description of a finding is kept until the report is assembled. */
export const findingSection = (findingId: string): string => `finding/${findingId}`;

/** What of a model's prose does not hold; asked before the words are written, because the words count it. */
export function pruneSections(
  data: RunData,
  report: ReportFacts,
  evidence: Grounds['evidence'],
): { readonly kept: ReadonlyMap<string, Prose>; readonly withheld: readonly Withheld[]; readonly degraded: readonly Degraded[] } {
  const kept = new Map<string, Prose>();
  const withheld: Withheld[] = [];
  const degraded: Degraded[] = [];
  for (const { id, prose } of data.sections) {
    if (prose.origin !== 'model' || !isSection(id)) continue;
    const pruned = prune(prose, { evidence, figures: report });
    withheld.push(...pruned.withheld);
    if (pruned.prose !== null) kept.set(id, pruned.prose);
    else
      degraded.push({
        step: id === 'summary' ? 'summarise' : `section/${id}`,
        reason: 'No sentence that the model wrote could be verified.',
      });
  }
  return { kept, withheld, degraded };
}

const isSection = (id: string): boolean => id === 'summary' || id in sectionTitles;

/** A model's prose that the final figures no longer support gives way too: pruning it changed the counts that it may point at. */
export function proseOf(
  report: ReportFacts,
  origins: Writing['origins'],
  pruned: ReadonlyMap<string, Prose>,
  evidence: Grounds['evidence'],
): Pick<UnsealedReport, 'summary' | 'sections'> {
  const kept = new Map([...pruned].filter(([, prose]) => inventedIn(prose, { evidence, figures: report }).length === 0));
  const summary = kept.get('summary');
  const originOf = (id: string): Prose['origin'] => {
    const origin = origins.get(id) ?? 'fallback';
    return origin === 'model' ? 'fallback' : origin;
  };
  return {
    summary: summary === undefined ? writeSummary(report, originOf('summary')) : behindState(report, summary),
    sections: sectionIds.map((id) => ({
      id,
      title: sectionTitles[id],
      prose: withWords(writeSection(id, report, originOf(id)), kept.get(id)),
    })),
  };
}

const withWords = (computed: Prose, written: Prose | undefined): Prose =>
  written === undefined ? computed : behind(computed, written);
