import { join } from 'node:path';
import { type Stack, startStack } from '../../local/stack.ts';
import type { Fakes } from './fakes.ts';

/** The whole local system on data of its own, with the fakes for its model and its sources. */
export const startSystem = (fakes: Fakes, folder: string, signal: AbortSignal): Promise<Stack> =>
  startStack({
    dataDir: join(folder, 'swarm'),
    signal,
    loopbackOrigins: () => [fakes.toolsOrigin],
    environment: { OPENAI_API_KEY: 'bench', OPENAI_MODEL: 'fake', OPENAI_BASE_URL: fakes.modelUrl, LOG_LEVEL: 'silent' },
  });
