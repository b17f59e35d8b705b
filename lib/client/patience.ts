/**
 * When to ask again and when to give a socket up. Pure: the caller brings the time, in milliseconds.
 */

/** Frames may overtake each other by this much; what is later is lost. */
const GAP_MS = 500;
/** A question that is not answered by then went nowhere: the socket is dead and does not know it. */
const ANSWER_MS = 10_000;
/** After this silence ask whether something was missed; it also keeps the gateway's 10 min idle limit away. */
const QUIET_MS = 15_000;
/** So many questions in a row that brought nothing: another socket may do better. */
const MAX_VAIN_ASKS = 5;

export interface Patience {
  /** A frame came. `delivered`: and with it something new. `gap`: something is still missing. */
  heard(now: number, what: { readonly delivered: boolean; readonly gap: boolean }): void;
  /** The current question was answered; `behind`: with news of events that have not come. */
  answered(now: number, behind: boolean): void;
  asked(now: number): void;
  /** When to look again if nothing happens. */
  due(): number;
  /** What it is time for: a question because of a gap or of silence, or another socket. */
  verdict(now: number): 'wait' | 'gap' | 'quiet' | 'lost';
}

export function openPatience(start: number): Patience {
  let askedAt: number | null = null;
  let missingSince: number | null = null;
  let quietSince = start;
  let vain = 0;

  const due = (): number => {
    // While an answer is on its way, what is missing may be in it.
    if (askedAt !== null) return askedAt + ANSWER_MS;
    return missingSince === null ? quietSince + QUIET_MS : missingSince + GAP_MS;
  };
  return {
    heard: (now, { delivered, gap }) => {
      quietSince = now;
      if (delivered) vain = 0;
      missingSince = gap ? (missingSince ?? now) : null;
    },
    answered: (now, behind) => {
      askedAt = null;
      if (behind) missingSince ??= now;
    },
    asked: (now) => {
      askedAt = now;
      missingSince = null;
      quietSince = now;
      vain += 1;
    },
    due,
    verdict: (now) => {
      if (now < due()) return 'wait';
      if (askedAt !== null || (missingSince !== null && vain >= MAX_VAIN_ASKS)) return 'lost';
      if (missingSince !== null) return 'gap';
      vain = 0;
      return 'quiet';
    },
  };
}
