/** Likewise with a model: what it uses, what it is refused, and what it does to a report when it hangs. */
import { test } from 'vitest';
import { useEnvironment } from '../../lib/runtime/config.ts';
import { closeResources } from '../../lib/runtime/resources.ts';
import { openPlay } from '../agents/play.ts';
import { counted, type Line, leaves, watched } from './lines.ts';

const { play, tested } = await openPlay({ timeScale: 0.05, environment: watched });
const { stack, dataDir } = tested;

interface Tried {
  readonly alarm: string;
  readonly fault: string;
  readonly part: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly shows: (line: Line) => boolean;
}

const tried: readonly Tried[] = [
  { alarm: 'model-tokens', fault: 'a model answers', part: 'good', shows: counted('ModelTokens') },
  {
    alarm: 'model-budget',
    fault: 'a run may use one token',
    part: 'good',
    settings: { MODEL_TOKENS_PER_RUN: '1' },
    shows: counted('BudgetRefused'),
  },
  {
    alarm: 'runs-degraded',
    fault: 'the model hangs',
    part: 'hanging',
    shows: (one) => counted('Degraded')(one) && one['step'] === 'plan',
  },
];

test.each(tried)('what $alarm watches is there when $fault', { timeout: 120_000 }, async ({ part, settings, shows }) => {
  // The budget is read once, when it is first used.
  await closeResources();
  useEnvironment({ ...stack.environment, ...settings });
  await leaves(dataDir, shows, () => play(part));
});
