/** The extraction agent: turns of a model over tools that only read, until nothing new is learned. */
import * as z from 'zod';
import type { Message, Model } from '../model.ts';
import { asked, shortened } from '../prompt.ts';
import type { CallTools, LedgerAnswer, LedgerCall } from '../tools.ts';
import { type ExtractionDocument, extractionAnswer } from './answer.ts';

/** A tool that the agent may call. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments, as the server gave it. */
  readonly parameters: unknown;
}

export interface Exploration extends Pick<ExtractionDocument, 'source' | 'goal' | 'controls' | 'collected' | 'memory'> {
  /** No other is ever called, whatever the model answers. */
  readonly tools: readonly OfferedTool[];
  readonly toolBudget: number;
}

export interface ExploreTime {
  /** Milliseconds that are left for turns and calls. */
  remainingMs(): number;
}

export interface Explored {
  readonly turns: number;
  readonly calls: number;
  readonly ended: 'done' | 'nothing new' | 'budget' | 'turns' | 'time';
}

const MAX_TURNS = 4;
/** At once, in one turn. */
const MAX_CALLS_PER_TURN = 8;
/** Characters of one result that the model is shown; the ledger keeps all. */
const RESULT_CHARS = 6_000;
/** Of all results together: what came long ago is shortened further. */
const SEEN_CHARS = 48_000;
const ARGUMENT_CHARS = 4_000;

const role = [
  'You collect evidence from one source. Choose calls of the listed tools that show how the controls are met or not met.',
  'All calls of one turn are made at once. Ask for nothing that was seen already. Say `done` when these calls are the last that you want, or when none is needed.',
].join(' ');

/** @throws what `model.ask` and `call` throw */
export async function explore(model: Model, call: CallTools, work: Exploration, time: ExploreTime): Promise<Explored> {
  const seen: Seen[] = [];
  const known = new Set<string>();
  const total = time.remainingMs();
  let left = work.toolBudget;
  const end = (turns: number, ended: Explored['ended']): Explored => ({ turns, calls: work.toolBudget - left, ended });
  for (let turn = 1; turn <= MAX_TURNS; turn += 1) {
    if (left <= 0) return end(turn - 1, 'budget');
    if (time.remainingMs() < total / 10) return end(turn - 1, 'time');
    const answer = await model.ask({
      kind: 'extraction',
      name: 'extraction',
      schema: extractionAnswer,
      messages: messagesOf(work, seen, { turns: MAX_TURNS - turn + 1, calls: left }),
      aside: `About ${Math.floor(time.remainingMs() / 1000)} seconds are left for all turns.`,
    });
    const calls = answer.calls.flatMap((one) => offered(work, one)).slice(0, Math.min(left, MAX_CALLS_PER_TURN));
    if (calls.length === 0) return end(turn, answer.done ? 'done' : 'nothing new');
    left -= calls.length;
    const answers = await call(calls);
    const isNew = answers.filter((one) => learns(one, known)).length > 0;
    seen.push(...calls.map((one, index) => ({ call: one, answer: answers[index] })));
    if (answer.done) return end(turn, 'done');
    if (!isNew) return end(turn, 'nothing new');
  }
  return end(MAX_TURNS, 'turns');
}

interface Seen {
  readonly call: LedgerCall;
  readonly answer: LedgerAnswer | undefined;
}

const args = z.record(z.string().max(200), z.json());

/** Nothing for a tool that was not offered, or arguments that are no JSON object. */
function offered({ tools }: Exploration, { tool, arguments: text }: { tool: string; arguments: string }): LedgerCall[] {
  if (!tools.some(({ name }) => name === tool) || text.length > ARGUMENT_CHARS) return [];
  try {
    const parsed = args.safeParse(JSON.parse(text === '' ? '{}' : text));
    return parsed.success ? [{ tool, args: parsed.data }] : [];
  } catch {
    return [];
  }
}

/** Adds what the answer holds to what is known; false when it held nothing that was not known. */
function learns(answer: LedgerAnswer, known: Set<string>): boolean {
  if (answer.status !== 'ok') return false;
  const before = known.size;
  for (const { sha256 } of answer.blocks) known.add(sha256);
  return known.size > before;
}

function messagesOf(work: Exploration, seen: readonly Seen[], left: ExtractionDocument['left']): Message[] {
  const { source, goal, controls, tools, collected, memory } = work;
  const each = Math.min(RESULT_CHARS, Math.floor(SEEN_CHARS / Math.max(1, seen.length)));
  const shown = seen.map(({ call, answer }) => ({
    tool: call.tool,
    arguments: JSON.stringify(call.args),
    result: shortened(resultText(answer), each),
  }));
  return asked(role, { source, goal, controls, tools, collected, seen: shown, memory, left } satisfies ExtractionDocument);
}

function resultText(answer: LedgerAnswer | undefined): string {
  if (answer === undefined) return 'not called';
  return answer.status === 'ok' ? answer.blocks.map(({ text }) => text).join('\n') : `${answer.status}: ${answer.reason}`;
}
