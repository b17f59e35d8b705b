/** When a run is likely to end: a guess for people who watch. Nothing waits for it, and nothing is cut off by it. */
import type { RunMode } from '../contract/vocabulary.ts';

/** What a run still has to do, in this order; `finalise` begins with the comparison. */
export const stagesAhead = ['extract', 'assess', 'section', 'summarise', 'finalise'] as const;
export type StageAhead = (typeof stagesAhead)[number];

/** Items that run at once: the concurrency of the state machines' Maps (infra/workflow/timing.ts, a test compares). */
export const WAVE = 10;

/**
 * Seconds, of one wave where a stage has several items. By checks as measured on the examples, with room for larger sources. With a
 * model as many turns as the agents take there (three while evidence is collected, else one), a turn being taken for 8 s.
 */
const seconds: Readonly<Record<RunMode, Readonly<Record<StageAhead, number>>>> = {
  checks: { extract: 4, assess: 1, section: 1, summarise: 1, finalise: 1 },
  model: { extract: 25, assess: 9, section: 9, summarise: 8, finalise: 1 },
};

/** Items of the two stages that can take several waves. */
export interface Items {
  readonly tasks: number;
  readonly groups: number;
}

/** Milliseconds from the moment at which `stage` begins its next item; `left` counts what has not begun by then. */
export function remainingMs(mode: RunMode, stage: StageAhead, left: Items): number {
  const waves: Partial<Record<StageAhead, number>> = { extract: wavesOf(left.tasks), assess: wavesOf(left.groups) };
  const ahead = stagesAhead.slice(stagesAhead.indexOf(stage));
  return ahead.reduce((sum, name) => sum + seconds[mode][name] * (waves[name] ?? 1), 0) * 1000;
}

const wavesOf = (items: number): number => Math.ceil(items / WAVE);

/** The stage that a step belongs to, by its name in the database; null for one beside which longer ones run. */
export function stageOfStep(step: string): StageAhead | null {
  return step === 'compare' ? 'finalise' : (stagesAhead.find((stage) => stage === step) ?? null);
}

interface BegunStep {
  readonly name: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** The same from the rows of a run's steps, in the order in which they began. Null before there is a plan. */
export function expectedEnd(mode: RunMode, steps: readonly BegunStep[], all: Items): Date | null {
  const planned = steps.find(({ name }) => name === 'plan')?.finishedAt ?? null;
  if (planned === null) return null;
  const begun = (stage: StageAhead) => steps.filter(({ name }) => stageOfStep(name) === stage);
  const stage = stagesAhead.findLast((name) => name !== 'extract' && begun(name).length > 0);
  if (stage === undefined) return after(planned, remainingMs(mode, 'extract', all));
  const items = begun(stage);
  // Corrected with the first of each wave of groups, as the live stream does.
  const first = stage === 'assess' ? Math.floor((items.length - 1) / WAVE) * WAVE : 0;
  const since = items[first]?.startedAt ?? planned;
  return after(since, remainingMs(mode, stage, { tasks: 0, groups: Math.max(1, all.groups - first) }));
}

const after = (since: Date, ms: number): Date => new Date(since.getTime() + ms);
