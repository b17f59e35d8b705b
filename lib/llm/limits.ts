import type { ModelKind } from '../agents/model.ts';

/** Milliseconds, repair and retries inside it (architecture.md); answers are cut after so many tokens, thinking included. */
export interface KindLimits {
  readonly timeoutMs: number;
  readonly maxTokens: number;
}

export const limits: Readonly<Record<ModelKind, KindLimits>> = {
  plan: { timeoutMs: 60_000, maxTokens: 8_000 },
  extraction: { timeoutMs: 40_000, maxTokens: 8_000 },
  assess: { timeoutMs: 60_000, maxTokens: 12_000 },
  section: { timeoutMs: 60_000, maxTokens: 8_000 },
  remediation: { timeoutMs: 60_000, maxTokens: 8_000 },
  summary: { timeoutMs: 40_000, maxTokens: 8_000 },
};
