/** Where functions are killed: drawn from a seed, so that a failure can be had again. */
import type { KillPoint } from '../../local/workflow/child-protocol.ts';

export interface Kill {
  readonly index: number;
  /** Folder under functions/. */
  readonly path: string;
  /** Which of its calls in the run, from 0. */
  readonly call: number;
  readonly point: KillPoint;
  /**
   * How the state machine hears of it: `exit` is a process that died, which goes to the fallback; `host` a machine that went away,
   * which is retried.
   */
  readonly as: 'exit' | 'host';
  /** Whether what comes in its place, a retry or the fallback, is killed too, and where. */
  readonly again: KillPoint | null;
}

/** How often each is drawn, how many calls a run makes of it, and about how often a call writes to a socket. */
const targets = [
  { path: 'tasks/plan', weight: 2, calls: 1, writes: 12 },
  { path: 'tasks/extract', weight: 5, calls: 1, writes: 50 },
  { path: 'tasks/assess', weight: 2, calls: 6, writes: 9 },
  { path: 'tasks/write-section', weight: 2, calls: 4, writes: 7 },
  { path: 'tasks/remediate', weight: 1, calls: 1, writes: 7 },
  { path: 'tasks/summarise', weight: 1, calls: 1, writes: 7 },
  { path: 'tasks/compare', weight: 1, calls: 1, writes: 7 },
  { path: 'tasks/finalise', weight: 4, calls: 1, writes: 16 },
  { path: 'events/execution-ended', weight: 2, calls: 1, writes: 17 },
] as const;

export function drawKills(count: number, seed: number): Kill[] {
  const random = mulberry32(seed);
  const upTo = (n: number): number => Math.floor(random() * n);
  const wheel = targets.flatMap((target) => Array.from({ length: target.weight }, () => target));
  return Array.from({ length: count }, (_, index) => {
    // In turn, so that none is left out, however few are drawn.
    const { path, calls, writes } = wheel[(index * 7) % wheel.length] ?? targets[0];
    const point = (): KillPoint => {
      const kind = random();
      if (kind < 0.7) return { at: 'write', count: 1 + upTo(writes) };
      return kind < 0.85 ? { at: 'delay', ms: upTo(200) } : { at: 'answer' };
    };
    const as = random() < 0.5 ? 'exit' : 'host';
    // Nothing comes in place of Compare; an event is delivered again only after minutes.
    const isRepeated = path.startsWith('tasks/') && (path !== 'tasks/compare' || as === 'host');
    return {
      index,
      path,
      call: upTo(calls),
      point: point(),
      as,
      again: isRepeated && random() < 0.2 ? point() : null,
    };
  });
}

/** Tommy Ettinger's generator: 32 bits of state, numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
