/** Shows a run while it goes on: a live view in a terminal, plain lines in a pipe, JSON lines on request, or nothing. */
import type { Envelope } from '../lib/contract/events.ts';
import { renderView, type View } from './live-view.ts';
import { isFancy, out, say } from './output.ts';
import { nothingSeen, remark, watched } from './watched.ts';

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
  let seen = nothingSeen;
  const up: string[] = [];
  let hasBegun = false;
  let drawn = 0;
  let isOver = false;
  const draw = (): void => {
    const preparing = hasBegun ? null : `starting ${['', ...up].join(' ✓ ')}`;
    const now = new Date();
    const view: View = { ...seen, title, now, elapsedMs: now.getTime() - startedAt, preparing };
    const { columns = 80, rows = 24 } = process.stderr;
    const lines = renderView(view, { columns, rows, color: true });
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
      seen = watched(seen, envelope);
    },
    note(line) {
      seen = { ...seen, notes: [...seen.notes, line] };
    },
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
    show({ event }) {
      const said = event.type === 'STEP_STARTED' ? event.stepName : remark(event);
      if (said !== null) say(`  ${said}`);
    },
    note: (line) => say(`  ${line}`),
    preparing: (part) => say(`  ${part} ${part.endsWith('machines') ? 'are' : 'is'} up`),
    end: () => undefined,
  };
}
