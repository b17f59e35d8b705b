import type { Say } from '../bench/result.ts';
import { startEndpoint } from './endpoint/endpoint.ts';
import { examples } from './examples.ts';
import { type Figures, figuresOf, type Price } from './figures.ts';
import type { Options } from './options.ts';
import { openStage } from './stage.ts';

/** Each example without a model, then with each personality. The scripted endpoint costs nothing. */
export async function scriptedSuite({ parts }: Pick<Options, 'parts'>, say: Say): Promise<Figures[]> {
  const endpoint = await startEndpoint();
  const wanted = examples();
  const environment = { OPENAI_API_KEY: 'scripted', OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_MODEL: 'scripted' };
  const stage = await openStage(wanted, { environment });
  const rows: Figures[] = [];
  try {
    for (const part of ['none', ...parts]) {
      if (part !== 'none') endpoint.play(part);
      for (const example of wanted) {
        say(`${part}: ${example.name}`);
        const ended = await stage.assess(example, part === 'none' ? 'checks' : 'model', part);
        rows.push(await figuresOf({ ...ended, price: null }));
      }
    }
  } finally {
    await stage.stop();
    await endpoint.stop();
  }
  return rows;
}

/** The same with the model that the environment names. */
export async function realSuite(model: string, price: Price | null, say: Say): Promise<Figures[]> {
  const wanted = examples();
  const stage = await openStage(wanted);
  const rows: Figures[] = [];
  try {
    for (const example of wanted) {
      say(`${model}: ${example.name}`);
      rows.push(await figuresOf({ ...(await stage.assess(example, 'model', model)), price }));
    }
  } finally {
    await stage.stop();
  }
  return rows;
}
