/** Every call of the model hangs, at full scale: what the limits are for. */
import type { Say } from '../bench/result.ts';
import { startEndpoint } from './endpoint/endpoint.ts';
import { examples } from './examples.ts';
import { type Figures, figuresOf } from './figures.ts';
import { openStage } from './stage.ts';

export interface Hang {
  readonly figures: Figures;
  /** From the first question of the report stage to the end of the run. */
  readonly reportSeconds: number;
  readonly holds: boolean;
}

/** The report stage's own limit, compare and finalise after it (docs/architecture.md). */
const REPORT_SECONDS = 180;

export async function hang(say: Say): Promise<Hang> {
  const [example] = examples();
  if (example === undefined) throw new Error('there is no example');
  const endpoint = await startEndpoint({ part: 'hanging' });
  const environment = { OPENAI_API_KEY: 'scripted', OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_MODEL: 'scripted' };
  const stage = await openStage([example], { environment });
  try {
    say(`hanging: ${example.name}, some minutes`);
    const ended = await stage.assess(example, 'model', 'hanging');
    const end = Date.now();
    const first = endpoint.requests.find(({ asked }) => asked?.stage === 'section' || asked?.stage === 'remediation');
    const reportSeconds = first === undefined ? 0 : (end - first.atMs) / 1000;
    const figures = await figuresOf({ ...ended, price: null });
    return { figures, reportSeconds, holds: first !== undefined && reportSeconds < REPORT_SECONDS };
  } finally {
    await stage.stop();
    await endpoint.stop();
  }
}
