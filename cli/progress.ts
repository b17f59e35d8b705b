/** Shows a run while it goes on: a live view in a terminal, plain lines in a pipe, JSON lines on request, or nothing. */
import { stateAfter } from '../lib/client/run-state.ts';
import { type Envelope, initialRunState, type RunState } from '../lib/contract/events.ts';
import { renderView, type View } from './live-view.ts';
import { isFancy, out, say } from './output.ts';

export interface ProgressView {
  show(envelope: Envelope): void;
  /** Something a person should know that is no event. */
  note(line: string): void;
  /** Before the run begins: which part is up. */
  preparing(part: string): void;
  /** Leaves the screen as it should stay; once. */
  end(): void;
}

export function openProgressView(options: {
  readonly title: string;
  readonly json: boolean;
  readonly quiet: boolean;
}): ProgressView {
  if (options.json)
    return { show: (envelope) => out(JSON.stringify(envelope)), note: say, preparing: () => undefined, end: () => undefined };
  if (options.quiet) return { show: () => undefined, note: () => undefined, preparing: () => undefined, end: () => undefined };
  return isFancy(process.stderr) ? liveView(options.title) : plainLines();
}

/** Ten frames a second are enough for an eye, and leave the processor to the run. */
const FRAME_MS = 100;

function liveView(title: string): ProgressView {
  const startedAt = Date.now();
  let state: RunState = initialRunState;
  const ended: string[] = [];
  const notes: string[] = [];
  const up: string[] = [];
  let hasBegun = false;
  let drawn = 0;
  let isOver = false;
  const draw = (): void => {
    const preparing = hasBegun ? null : `starting ${['', ...up].join(' ✓ ')}`;
    const view: View = { title, elapsedMs: Date.now() - startedAt, state, ended, notes, preparing };
    const lines = renderView(view, process.stderr.columns ?? 80, true);
    // Up over the last picture, then each line cleared to its end, then whatever was longer before.
    process.stderr.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}${lines.map((line) => `\u001b[2K${line}\n`).join('')}\u001b[J`);
    drawn = lines.length;
  };
  process.stderr.write('\u001b[?25l');
  const showCursor = (): void => void process.stderr.write('\u001b[?25h');
  process.once('exit', showCursor);
  const timer = setInterval(draw, FRAME_MS);
  return {
    show(envelope) {
      hasBegun = true;
      state = stateAfter(state, envelope);
      const { event } = envelope;
      if (event.type === 'STEP_FINISHED') ended.push(event.stepName);
      const said = remark(envelope);
      if (said !== null) notes.push(said);
    },
    note: (line) => void notes.push(line),
    preparing: (part) => void up.push(part),
    end() {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      draw();
      showCursor();
      process.off('exit', showCursor);
    },
  };
}

function plainLines(): ProgressView {
  return {
    show(envelope) {
      const { event } = envelope;
      const said = event.type === 'STEP_STARTED' ? event.stepName : remark(envelope);
      if (said !== null) say(`  ${said}`);
    },
    note: (line) => say(`  ${line}`),
    preparing: (part) => say(`  ${part} ${part.endsWith('machines') ? 'are' : 'is'} up`),
    end: () => undefined,
  };
}

/** What is worth a line of its own. */
function remark({ event }: Envelope): string | null {
  if (event.type === 'RUN_ERROR') return event.message;
  if (event.type !== 'CUSTOM') return null;
  switch (event.name) {
    case 'assay.gap':
      return `not seen: ${event.value.source}: ${event.value.reason}`;
    case 'assay.degraded':
      return `degraded: ${event.value.step}: ${event.value.reason}`;
    case 'assay.finding':
    case 'assay.approval':
      return null;
  }
}
