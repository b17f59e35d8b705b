/** Endpoints and models that fail, each in its own way. */
import { good } from './good/good.ts';
import type { Personality, Reply } from './personality.ts';

const always =
  (reply: Reply): Personality =>
  () =>
    reply;
/** At first only: then as it should be. */
const first =
  (reply: Reply, times: number): Personality =>
  (asked, before) =>
    before < times ? reply : good(asked, before);

const text = (said: string, finish: 'stop' | 'length' | 'content_filter' = 'stop'): Reply => ({
  kind: 'text',
  text: said,
  finish,
});

const garbage = text('Certainly! Here is what you asked for:\n{"findings": [');
const otherShape: Reply = {
  kind: 'answer',
  answer: { result: 'satisfied', confidence: 1, tasks: 'all', sentences: 7, items: null },
};
const failure: Reply = { kind: 'error', status: 500, message: 'The server had an error while processing your request.' };

/** No JSON, whatever is asked. */
export const malformed = always(garbage);
export const malformedOnce = first(garbage, 1);
export const otherwise = always(otherShape);
export const otherwiseOnce = first(otherShape, 1);
/** The right answer, cut in the middle at its length limit. */
export const truncated: Personality = (asked, before) => {
  const reply = good(asked, before);
  const whole = reply.kind === 'answer' ? JSON.stringify(reply.answer) : '';
  return text(whole.slice(0, Math.ceil(whole.length / 2)), 'length');
};
export const refusing = always({ kind: 'refusal', text: "I'm sorry, but I can't assist with that." });
export const filtered = always(text('', 'content_filter'));
export const hanging = always({ kind: 'hang' });
/** Begins to answer, which a limit on the response's headers alone does not notice. */
export const dripping = always({ kind: 'drip' });
/** Breaks the connection while it answers. */
export const cut = always({ kind: 'break-off' });
export const rateLimited = always({
  kind: 'error',
  status: 429,
  message: 'Rate limit reached for requests.',
  retryAfterSeconds: 1,
});
export const failing = always(failure);
export const flaky = first(failure, 1);
export const locked = always({ kind: 'error', status: 401, message: 'Incorrect API key provided.' });

/** How long a call of each kind may take, in milliseconds, unscaled (docs/architecture.md). */
const limits = { plan: 60_000, extraction: 40_000, assessment: 60_000, section: 60_000, remediation: 60_000, summary: 40_000 };

/** The right answer after that share of the time it has. */
const after =
  (share: number): Personality =>
  (asked, before) => ({ ...good(asked, before), afterMs: limits[asked.stage] * share });

/** Inside of the limit, with as much room as a busy machine needs at a small scale, and just outside. */
export const slow = after(0.6);
export const late = after(1.15);
