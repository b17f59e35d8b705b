/** `ledger.json`: the rows behind a report, tool calls first, then evidence, in seal order. */
import * as z from 'zod';
import type { UnsealedReport } from '../contract/report.ts';
import { excerptEvidence, populationEvidence, type ReportToolCall, toolCall } from '../contract/report.ts';
import { uuid } from '../contract/vocabulary.ts';
import type { ToolCallRow } from '../report/run-data.ts';

export const toolCallRow = toolCall.extend({
  row: z.literal('tool-call'),
  planTaskId: uuid,
  /** Tool and canonical arguments: what a retried step looks up. */
  callKey: z.string(),
  /** Of the step that made the call. */
  attempt: z.int(),
});
export const ledgerRow = z.union([
  toolCallRow,
  excerptEvidence.extend({ row: z.literal('evidence') }),
  populationEvidence.extend({ row: z.literal('evidence') }),
]);
export type LedgerRow = z.infer<typeof ledgerRow>;

/** The rows of a report: each of its tool calls with what only the ledger knows of it, then its evidence. */
export function ledgerOf(
  report: Pick<UnsealedReport, 'toolCalls' | 'evidence'>,
  toolCalls: readonly Pick<ToolCallRow, 'id' | 'planTaskId' | 'callKey' | 'attempt'>[],
): LedgerRow[] {
  const rows = new Map(toolCalls.map((row) => [row.id, row]));
  const calls = report.toolCalls.flatMap((call): LedgerRow[] => {
    const row = rows.get(call.id);
    if (row === undefined) return [];
    return [{ row: 'tool-call', ...call, planTaskId: row.planTaskId, callKey: row.callKey.toWellFormed(), attempt: row.attempt }];
  });
  return [...calls, ...report.evidence.map((item): LedgerRow => ({ row: 'evidence', ...item }))];
}

/** A ledger row as the report prints the call. */
export function reportedCall({
  row: _,
  planTaskId: _task,
  callKey: _key,
  attempt: _attempt,
  ...call
}: z.infer<typeof toolCallRow>): ReportToolCall {
  return call;
}
