/** What an agent sees of a source: calls that are in the ledger before anything cites them (evidence.md). */
import type * as z from 'zod';

/** Any JSON: several servers take lists of commands, or nested filters. */
export type LedgerArg = z.infer<ReturnType<typeof z.json>>;

export interface LedgerCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, LedgerArg>>;
}

export interface LedgerBlock {
  readonly sha256: string;
  readonly text: string;
  /** Cut at the result cap: what is here is not all there was. */
  readonly truncated: boolean;
}

/** `error`: the tool itself refused, `reason` is its text. `unseen`: never answered, because the source was lost before. */
export type LedgerAnswer =
  | { readonly status: 'ok'; readonly toolCallId: string; readonly blocks: readonly LedgerBlock[] }
  | { readonly status: 'error'; readonly toolCallId: string; readonly reason: string }
  | { readonly status: 'unseen'; readonly reason: string };

/** Answers in the order of the calls. @throws SourceUnavailable, DeadlineExceeded, StaleAttempt, RunCancelled */
export type CallTools = (calls: readonly LedgerCall[]) => Promise<readonly LedgerAnswer[]>;

/** The single block of an answer that must have one, or why there is none. */
export function onlyBlock(answer: LedgerAnswer): { block: LedgerBlock; toolCallId: string } | { problem: string } {
  if (answer.status !== 'ok') return { problem: answer.reason };
  const [block] = answer.blocks;
  return block ? { block, toolCallId: answer.toolCallId } : { problem: 'the tool answered with nothing' };
}
