import type { RunState } from '../lib/contract/events.ts';
import { bold, cyan, dim, green, yellow } from './output.ts';

/** What a person sees while a run goes on: which agents work on what, and the counts so far. */
export interface View {
  readonly title: string;
  readonly elapsedMs: number;
  readonly state: RunState;
  /** Steps that have ended, by agent, in the order in which they began. */
  readonly ended: readonly string[];
  readonly notes: readonly string[];
  /** What is being done before the run begins. */
  readonly preparing: string | null;
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
const BAR = 24;

/** The view as lines, none wider than `columns`. Pure: the same view gives the same lines. */
export function renderView(view: View, columns: number, color: boolean): string[] {
  const { counts } = view.state;
  const lines = [
    `${bold('Assay', color)}  ${view.title}  ${dim(clock(view.elapsedMs), color)}`,
    view.preparing === null ? '' : dim(`  ${view.preparing}`, color),
    ...stages.map(([agent, label]) => stageLine(view, agent, label, color)),
    '',
    `  Controls  ${bar(counts.controlsDone, counts.controlsTotal, color)}`,
    `  ${counts.toolCalls} tool calls, ${counts.filesRead} files read, ${counts.findings} findings, ${plural(counts.gaps, 'gap')}, ${counts.degraded} degraded`,
    ...view.notes.slice(-MAX_NOTES).map((note) => `  ${yellow('!', color)} ${note}`),
  ];
  return lines.map((line) => clip(line, columns));
}

function stageLine(view: View, agent: string, label: string, color: boolean): string {
  const open = Object.values(view.state.agents).filter((step) => step.agent === agent);
  const ended = view.ended.filter((name) => name.startsWith(`${agent}/`)).length;
  const mark = open.length > 0 ? cyan('●', color) : ended > 0 ? green('✓', color) : dim('○', color);
  const items = open
    .map(({ item, attempt }) => (attempt > 1 ? `${item} (attempt ${attempt})` : item))
    .filter((item) => item !== '-');
  const doing = open.length > 0 ? items.join(', ') : ended > 0 ? dim('done', color) : '';
  return `  ${mark} ${label.padEnd(18)} ${doing}`;
}

function bar(done: number, total: number, color: boolean): string {
  const filled = total === 0 ? 0 : Math.round((BAR * Math.min(done, total)) / total);
  return `${cyan('█'.repeat(filled), color)}${dim('░'.repeat(BAR - filled), color)} ${done} of ${total}`;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const clock = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
};

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
