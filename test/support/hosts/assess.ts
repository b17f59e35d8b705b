/** Collects from a served source, judges what came, and lets the verifier look at all of it again: a run without the machines. */
import { randomUUID } from 'node:crypto';
import { checkRows } from '../../../lib/agents/extraction/check-rows.ts';
import { collectorFor } from '../../../lib/agents/extraction/collectors.ts';
import type { CallTools, LedgerAnswer, LedgerCall } from '../../../lib/agents/tools.ts';
import type { Capability, CheckOutcome } from '../../../lib/checks/check.ts';
import { evaluateChecks } from '../../../lib/checks/evaluate.ts';
import { checks } from '../../../lib/checks/index.ts';
import type { Session } from '../../../lib/mcp/session.ts';
import { type CheckedCall, evidenceChecker } from '../../../lib/report/check-evidence.ts';
import { targetOf, testConnections } from '../connections.ts';
import type { Served } from './serve.ts';

export interface Assessed {
  readonly results: Readonly<Record<string, CheckOutcome>>;
  /** `check: resource` of every observation that fails, sorted. */
  readonly failing: readonly string[];
  /** Quotes and statements behind the observations of a check. */
  readonly cited: (checkId: string) => readonly string[];
  readonly reason: (checkId: string) => string;
  readonly gaps: readonly string[];
  readonly complete: boolean;
  /** What the verifier does not accept; empty when every citation is what the bytes say. */
  readonly refused: readonly string[];
}

const stop = new AbortController();
const origins: string[] = [];
const { connections } = await testConnections({ origins });

export async function assess(
  { bridge, name, profile, scope = {} }: Served,
  capability: Capability,
  asOf: string,
): Promise<Assessed> {
  origins.push(bridge.origin);
  const target = targetOf(bridge.url, { name, headers: bridge.headers });
  const session = await connections.connect({ userId: randomUUID() }, target, stop.signal);
  const ledger = recording(session);
  const { evidence, populations, gaps } = await collectorFor(profile, capability)(ledger.call, { asOf, scope });
  await session.close();
  const rows = checkRows(await evaluateChecks(checks, evidence), evidence, () => asOf, randomUUID);
  const check = evidenceChecker(ledger.calls, ledger.blobs);
  const texts = new Map(rows.evidence.map((item) => [item.id, item.kind === 'excerpt' ? item.quote : item.statement]));
  const rowOf = (checkId: string) => rows.checks.find((row) => row.checkId === checkId);
  return {
    results: Object.fromEntries(rows.checks.map(({ checkId, result }) => [checkId, result])),
    failing: rows.checks
      .flatMap(({ checkId, observations }) =>
        observations.filter(({ result }) => result === 'fail').map(({ resource }) => `${checkId}: ${resource}`),
      )
      .sort(),
    cited: (checkId) =>
      (rowOf(checkId)?.observations ?? []).flatMap(({ evidenceIds }) => evidenceIds.map((id) => texts.get(id) ?? '')),
    reason: (checkId) => rowOf(checkId)?.reason ?? '',
    gaps,
    complete: populations.every((one) => one.complete),
    refused: rows.evidence.map(check).flatMap((answer) => (answer.ok ? [] : [answer.reason])),
  };
}

/** Calls as the ledger keeps them, each made once. */
function recording(session: Session) {
  const calls: CheckedCall[] = [];
  const blobs = new Map<string, Uint8Array>();
  const one = async ({ tool, args }: LedgerCall): Promise<LedgerAnswer> => {
    const result = await session.callTool(tool, { ...args }, stop.signal);
    const id = randomUUID();
    for (const { sha256, bytes } of result.blocks) blobs.set(sha256, bytes);
    const kept = result.blocks.map(({ index, sha256, bytes, truncated }) => ({ index, sha256, bytes: bytes.length, truncated }));
    calls.push({ id, tool, args: { ...args }, status: result.ok ? 'ok' : 'error', blobs: kept });
    const blocks = result.blocks.map(({ sha256, bytes, truncated }) => ({
      sha256,
      truncated,
      text: Buffer.from(bytes).toString('utf8'),
    }));
    return result.ok
      ? { status: 'ok', toolCallId: id, blocks }
      : { status: 'error', toolCallId: id, reason: result.reason ?? 'the tool refused' };
  };
  const call: CallTools = (asked) => Promise.all(asked.map(one));
  return { call, calls, blobs };
}
