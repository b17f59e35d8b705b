import type { RunState } from '../lib/contract/events.ts';
import { bold, cyan, dim, green, yellow } from './output.ts';
import { clock, plural, timeLeft } from './quantities.ts';
import type { SeenCall, Watched } from './watched.ts';

/** What a person sees while a run goes on: who works on what, the newest tool calls, the counts so far, and how long it may take. */
export interface View extends Watched {
  readonly title: string;
  readonly now: Date;
  readonly elapsedMs: number;
  /** What is being done before the run begins. */
  readonly preparing: string | null;
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}

const stages = [
  ['manager', 'Plan'],
  ['extraction', 'Collect evidence'],
  ['assessment', 'Judge controls'],
  ['report', 'Write the report'],
  ['remediation', 'Plan the repairs'],
  ['comparison', 'Compare'],
] as const;

const MAX_NOTES = 4;
const MAX_AGENTS = 5;
const BAR = 24;

/**
 * The view as lines, none wider than the screen and not more than it has, because what has scrolled away can not be drawn over.
 * Pure: the same view gives the same lines.
 */
export function renderView(view: View, { columns, rows, color }: Screen): string[] {
  const { state, calls } = view;
  const { counts } = state;
  const left = state.outcome === null ? timeLeft(state.expectedEndAt, view.now) : '';
  const tokens = counts.tokens === 0 ? '' : `, ${plural(counts.tokens, 'token')}`;
  const lines = [
    `${bold('Assay', color)}  ${view.title}  ${dim(clock(view.elapsedMs), color)}  ${left}`.trimEnd(),
    view.preparing === null ? '' : dim(`  ${view.preparing}`, color),
    ...stages.flatMap(([agent, label]) => stageLines(view, agent, label, { columns, color })),
    '',
    ...calls.map((call) => callLine(call, view.now, color)),
    `  Controls  ${bar(counts.controlsDone, counts.controlsTotal, color)}`,
    `  ${plural(counts.toolCalls, 'tool call')}, ${plural(counts.filesRead, 'file')} read, ${plural(counts.findings, 'finding')}, ${plural(counts.gaps, 'gap')}, ${counts.degraded} degraded${tokens}`,
    ...view.notes.slice(-MAX_NOTES).map((note) => `  ${yellow('!', color)} ${note}`),
  ];
  return lines.slice(0, Math.max(1, rows - 1)).map((line) => clip(line, columns));
}

type Step = RunState['agents'][string];

/** The steps of one agent beside its name where they fit, else one below the other. */
function stageLines(view: View, agent: string, label: string, { columns, color }: Omit<Screen, 'rows'>): string[] {
  const open = Object.values(view.state.agents).filter((step) => step.agent === agent);
  const hasEnded = view.ended.some((name) => name.startsWith(`${agent}/`));
  const mark = open.length > 0 ? cyan('●', color) : hasEnded ? green('✓', color) : dim('○', color);
  const line = (text: string): string => `  ${mark} ${label.padEnd(18)} ${text}`.trimEnd();
  if (open.length === 0) return [line(hasEnded ? dim('done', color) : '')];
  const doing = open.map((step) => stepText(step, view.now));
  const beside = line(doing.join(', '));
  if (clip(beside, columns) === beside) return [beside];
  const more = doing.length - MAX_AGENTS;
  return [
    line(`${doing.length} at work`),
    ...doing.slice(0, MAX_AGENTS).map((text) => `      ${text}`),
    ...(more > 0 ? [dim(`      and ${more} more`, color)] : []),
  ];
}

function stepText({ item, attempt, startedAt }: Step, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(startedAt)) / 1000));
  const again = attempt > 1 ? ` (attempt ${attempt})` : '';
  return `${item === '-' ? '' : `${item} `}${seconds} s${again}`;
}

function callLine({ tool, calls, source, startedAt, end }: SeenCall, now: Date, color: boolean): string {
  const what = `${tool}${calls > 1 ? ` ×${calls}` : ''}`.padEnd(30);
  const took =
    end === null ? `${Math.max(0, now.getTime() - startedAt.getTime())} ms …` : end.ms === null ? 'abandoned' : `${end.ms} ms`;
  const failed = end !== null && end.failed > 0 ? yellow(`, ${end.failed} failed`, color) : '';
  return `  ${dim('→', color)} ${what} ${dim(source, color)}  ${took}${failed}`;
}

function bar(done: number, total: number, color: boolean): string {
  const filled = total === 0 ? 0 : Math.round((BAR * Math.min(done, total)) / total);
  return `${cyan('█'.repeat(filled), color)}${dim('░'.repeat(BAR - filled), color)} ${done} of ${total}`;
}

/** Cuts to the terminal's width without counting, or cutting into, an escape sequence. */
export function clip(line: string, columns: number): string {
  let width = 0;
  let at = 0;
  while (at < line.length) {
    if (line[at] === '\u001b') {
      at = line.indexOf('m', at) + 1 || line.length;
      continue;
    }
    width += 1;
    if (width > columns - 1) return `${line.slice(0, at)}…${line.includes('\u001b') ? '\u001b[0m' : ''}`;
    at += 1;
  }
  return line;
}
