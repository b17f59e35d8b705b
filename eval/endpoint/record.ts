import type { Reply } from '../personalities/personality.ts';
import { type Asked, type Stage, stages } from './asked.ts';
import type { Usage } from './wire.ts';

export interface EndpointRequest extends Usage {
  readonly path: string;
  readonly authorization: string | null;
  /** When it came, epoch milliseconds. */
  readonly atMs: number;
  /** As it came. */
  readonly body: string;
  readonly model: string;
  /** Null: not one of an agent's questions. */
  readonly asked: Asked | null;
  /** What it was given; null for embeddings, and for what was refused before anybody was asked. */
  readonly reply: Reply['kind'] | null;
}

export interface EndpointCounts extends Usage {
  readonly calls: number;
  readonly embeddings: number;
  readonly byStage: Readonly<Record<Stage, number>>;
}

export function countsOf(requests: readonly EndpointRequest[]): EndpointCounts {
  const chats = requests.filter(({ path }) => path.endsWith('/chat/completions'));
  const byStage = { plan: 0, extraction: 0, assessment: 0, section: 0, remediation: 0, summary: 0 };
  for (const stage of stages) byStage[stage] = chats.filter(({ asked }) => asked?.stage === stage).length;
  return {
    calls: chats.length,
    embeddings: requests.length - chats.length,
    promptTokens: requests.reduce((sum, one) => sum + one.promptTokens, 0),
    completionTokens: requests.reduce((sum, one) => sum + one.completionTokens, 0),
    byStage,
  };
}
