import { randomUUID } from 'node:crypto';
import type { CallTools, LedgerAnswer, LedgerCall } from '../agents/tools.ts';
import { argsSha256, type PermittedSession } from '../mcp/permitted.ts';
import { type AnnouncedCall, toolCallEvents } from '../progress/tool-calls.ts';
import type { ApprovalCall } from '../store/approvals.ts';
import { completeToolCalls, ledgerOf, readBlobs, startToolCalls, type ToolCallRow } from '../store/ledger.ts';
import type { PlanTaskRow } from '../store/plan.ts';
import type { Store } from '../store/store.ts';
import { callKey, completed, completedCall, counted, replayed, timed } from './ledger-answers.ts';
import type { StepContext } from './step.ts';

/** Calls per batch: one transaction starts them all, one completes them all. */
const BATCH = 64;
/** Batches under way at once, so that one is written while the other is called. */
const BATCHES_AT_ONCE = 2;

/** Of a call's arguments as JSON, in characters: what a person can be expected to read before saying yes. */
const MAX_SHOWN_ARGS = 10_000;

export interface LedgerTools {
  /** Its answers may still be on their way into the ledger: nothing may cite them before `kept`. */
  readonly call: CallTools;
  /** Resolves once all that was answered is in the ledger. Throws why it is not; also StaleAttempt. */
  kept(): Promise<void>;
  /** Calls that a person must approve first; they were answered `unseen`. */
  asked(): readonly ApprovalCall[];
  /** One sentence for each tool that was not called, and why. */
  refused(): readonly string[];
  /** One sentence for each question of the server, and what it was answered. */
  questions(): readonly string[];
  /** When the call was made, ISO 8601. */
  collectedAt(toolCallId: string): string;
}

export interface LedgerToolsOptions {
  readonly store: Store;
  readonly context: StepContext;
  readonly planTask: PlanTaskRow;
  /** Null: the source is gone, and only what the ledger holds is answered; `unseen` says why for the rest. */
  readonly session: PermittedSession | null;
  readonly unseen: string;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/**
 * Tool calls that go through the ledger: written before they are made, completed once, replayed by a later attempt. What the
 * ledger holds is never asked again.
 */
export async function openLedgerTools(options: LedgerToolsOptions): Promise<LedgerTools> {
  const { store, context, planTask, session, signal } = options;
  const { run, fence } = context;
  const known = new Map<string, ToolCallRow>();
  const startedAt = new Map<string, Date>();
  /** Answers of this attempt: a collector may ask the same thing twice. */
  const answered = new Map<string, LedgerAnswer>();
  const asked = new Map<string, ApprovalCall>();
  const refused = new Set<string>();
  const questions: string[] = [];
  /** Calls of this attempt that are never made twice. */
  const begun = new Set<string>();
  const keeping = new Set<Promise<void>>();
  const before =
    fence.attempt === 1 ? [] : await store.forRunInSql(run.id, (tx) => ledgerOf(tx, run.id, planTask.id), { signal });
  for (const row of before) {
    known.set(row.callKey, row);
    startedAt.set(row.id, row.startedAt);
  }

  async function batch(calls: readonly LedgerCall[]): Promise<LedgerAnswer[]> {
    signal.throwIfAborted();
    const keyed = calls.map((call) => ({ call, key: callKey(call) }));
    const held = keyed.flatMap(({ key }) => (answered.has(key) ? [] : (completed(known.get(key)) ?? [])));
    for (const [key, answer] of await replay(held)) answered.set(key, answer);
    // A collector may ask the same thing twice in one breath: it is called once.
    const missing = [...new Map(keyed.filter(({ key }) => !answered.has(key)).map((one) => [one.key, one])).values()];
    if (session !== null) {
      const permitted = missing.filter((one) => mayCall(session, one));
      if (permitted.length > 0) await perform(session, permitted);
    }
    return keyed.map(({ key }) => answered.get(key) ?? { status: 'unseen', reason: options.unseen });
  }

  /** Notes what is not called. Nothing is awaited between the look at `begun` and the entry in it. */
  function mayCall(session: PermittedSession, { call, key }: Keyed): boolean {
    const refuse = (reason: string): false => {
      answered.set(key, { status: 'unseen', reason: `${call.tool} ${reason}` });
      refused.add(`The tool ${call.tool} was not called: it ${reason}.`);
      return false;
    };
    const verdict = session.verdict(call.tool, call.args);
    switch (verdict.kind) {
      case 'refuse':
        return refuse(verdict.reason);
      case 'ask':
        if (JSON.stringify(call.args).length > MAX_SHOWN_ARGS) return refuse('has arguments too long for a person to approve');
        asked.set(key, {
          tool: call.tool,
          args: call.args,
          argsSha256: argsSha256(call.args),
          definitionSha256: verdict.definitionSha256,
        });
        answered.set(key, { status: 'unseen', reason: `${call.tool} waits for a person's approval` });
        return false;
      case 'call': {
        if (verdict.repeatable) return true;
        if (known.has(key) || begun.has(key))
          return refuse('was called before with an unknown outcome, and may change something');
        begun.add(key);
        return true;
      }
    }
  }

  async function replay(rows: readonly ToolCallRow[]): Promise<Map<string, LedgerAnswer>> {
    if (rows.length === 0) return new Map();
    const hashes = [...new Set(rows.flatMap(({ blobs }) => blobs.map(({ sha256 }) => sha256)))];
    const contents = await store.forRunInSql(run.id, (tx) => readBlobs(tx, run.projectId, hashes), { signal });
    return new Map(rows.map((row) => [row.callKey, replayed(row, contents)]));
  }

  async function kept(): Promise<void> {
    // All are over before the first failure is thrown: whoever hears of it may be frozen with what is still open.
    await Promise.allSettled(keeping);
    await Promise.all(keeping);
  }

  async function perform(session: PermittedSession, missing: readonly Keyed[]): Promise<void> {
    // So that an attempt which is killed leaves little that the next one asks again.
    await kept();
    const started = missing.map(({ call, key }) => ({
      id: known.get(key)?.id ?? randomUUID(),
      planTaskId: planTask.id,
      connectionId: planTask.connectionId,
      callKey: key,
      serverName: session.server.name,
      serverVersion: session.server.version,
      tool: call.tool,
      args: call.args,
      startedAt: options.now(),
    }));
    for (const { id, startedAt: at } of started) startedAt.set(id, at);
    await context.write((tx) => startToolCalls(tx, fence, started), { signal });
    const events = toolCallEvents(
      context.stepName,
      started.map((call): AnnouncedCall => ({ ...call, server: planTask.source })),
    );
    context.publish(events.started);
    // All are awaited before the first failure is thrown: what did come back belongs in the ledger.
    const settled = await Promise.allSettled(started.map((call) => timed(() => session.callTool(call.tool, call.args, signal))));
    questions.push(...session.asked());
    const results = settled.flatMap((outcome, index) => {
      const call = started[index];
      return outcome.status === 'fulfilled' && call !== undefined ? [completedCall(call, outcome.value)] : [];
    });
    const rows = results.map(({ row }) => row);
    for (const { key, answer } of results) answered.set(key, answer);
    // Whoever asked goes on meanwhile.
    const keep = store
      .forRunInSql(run.id, (tx) => completeToolCalls(tx, fence, rows), { among: 'blobs' })
      .then(() => {
        keeping.delete(keep);
        context.publish([...events.finished(results.map(({ shown }) => shown)), counted(rows, started)]);
      });
    // Thrown by `kept`.
    keep.catch(() => undefined);
    keeping.add(keep);
    const failed = settled.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  return {
    call: async (calls) => {
      const batches = Array.from({ length: Math.ceil(calls.length / BATCH) }, (_, at) =>
        calls.slice(at * BATCH, (at + 1) * BATCH),
      );
      return (await inOrder(batches, BATCHES_AT_ONCE, batch)).flat();
    },
    kept,
    asked: () => [...asked.values()],
    refused: () => [...refused],
    questions: () => questions,
    collectedAt: (toolCallId) => (startedAt.get(toolCallId) ?? options.now()).toISOString(),
  };
}

interface Keyed {
  readonly call: LedgerCall;
  readonly key: string;
}

/** Runs `work` over the items, `width` at a time, and gives the results in order. The first failure ends it once those under way are done. */
async function inOrder<I, O>(items: readonly I[], width: number, work: (item: I) => Promise<O>): Promise<O[]> {
  const results: O[] = [];
  const queue = items.entries();
  const lanes = Array.from({ length: Math.min(width, items.length) }, async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  });
  const settled = await Promise.allSettled(lanes);
  const failed = settled.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return results;
}
