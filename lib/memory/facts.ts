/**
 * What is worth remembering of a step, and how it is shown to an agent later. Both are composed here from typed facts: no sentence of
 * a tool or a model gets in, and what they chose (names, arguments) stays data inside JSON.
 */
import { type MemoryFact, memoryFact } from '../contract/api/memory.ts';
import type { ControlStatus } from '../contract/vocabulary.ts';
import type { NewEntry, Recalled } from './memory.ts';

/** One line of visible characters, at most `max` UTF-16 units, no pair of them cut in two. */
export const tidy = (text: string, max: number): string =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, max)
    .replace(/\p{Cs}$/u, '');

const longest: Readonly<Record<string, number>> = { arguments: 300, title: 200 };

/** The fact as it may be kept; null where a field is of another kind than it should be. */
export function inert(fact: MemoryFact): MemoryFact | null {
  const fields = Object.entries(fact).map(([name, value]) => [
    name,
    typeof value === 'string' ? tidy(value, longest[name] ?? 100) : value,
  ]);
  const parsed = memoryFact.safeParse(Object.fromEntries(fields));
  return parsed.success ? parsed.data : null;
}

interface Call {
  readonly id: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly status: 'started' | 'ok' | 'error';
}

/** `evidence`: what cites these calls. */
export function factsOfExtraction(
  { runId, source }: { readonly runId: string; readonly source: string },
  calls: readonly Call[],
  evidence: readonly { readonly id: string; readonly toolCallId: string }[],
): NewEntry[] {
  const origin = { runId, step: 'extract' };
  const useful = calls.flatMap(({ id, tool, args, status }): NewEntry[] => {
    const cited = evidence.filter(({ toolCallId }) => toolCallId === id).map((one) => one.id);
    if (status !== 'ok' || cited.length === 0) return [];
    const fact = { kind: 'source-useful', source, tool, arguments: JSON.stringify(args), evidence: cited.length } as const;
    return [{ ...origin, fact, evidenceIds: cited }];
  });
  const failures = new Map<string, number>();
  for (const { tool, status } of calls) if (status === 'error') failures.set(tool, (failures.get(tool) ?? 0) + 1);
  const failed = [...failures].map(([tool, times]) => ({
    ...origin,
    fact: { kind: 'tool-failed', source, tool, times } as const,
  }));
  return [...useful, ...failed];
}

/** Of the controls of one group, those that were not met. `title`: the catalogue's. */
export const factsOfAssessment = (
  runId: string,
  controls: readonly { readonly controlId: string; readonly title: string; readonly status: ControlStatus }[],
): NewEntry[] =>
  controls
    .filter(({ status }) => status === 'not-satisfied')
    .map(({ controlId, title, status }) => {
      return { runId, step: 'assess', fact: { kind: 'control-finding', controlId, title, outcome: status } };
    });

const saying: Readonly<Record<MemoryFact['kind'], string>> = {
  'source-useful': 'An earlier call brought evidence',
  'tool-failed': 'A tool failed earlier',
  'control-finding': 'An earlier outcome of a control',
};

/** For a question's document: our words, then the fact and where it comes from as JSON. */
export const recallLines = (entries: readonly Recalled[]): string[] =>
  entries.map(({ fact: { kind, ...values }, runId, step, at }) => {
    return `${saying[kind]}: ${JSON.stringify({ ...values, runId, step, at: at.toISOString() })}`;
  });
