/** Whole runs that want to write, on the real state machines and a real server: nothing is written without a person's word. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { approvals as approvalsAnswer } from '../../lib/contract/api/approvals.ts';
import type { RunEventBody } from '../../lib/contract/events.ts';
import { toolStatus } from '../../lib/mcp/policy.ts';
import { connections } from '../../lib/runtime/resources.ts';
import type { Assessment } from '../../local/assessment.ts';
import { FunctionFailed } from '../../local/workflow/errors.ts';
import type { Interfere } from '../support/interference.ts';
import { startScribe } from '../support/scribe.ts';
import { collectorsWithScribe, profilesWithScribe, wanted } from '../support/scribe-profile.ts';
import { testStack } from '../support/stack.ts';

vi.mock(import('../../lib/mcp/profiles/index.ts'), async (own) => profilesWithScribe(await own()));
vi.mock(import('../../lib/agents/extraction/collectors.ts'), async (own) => collectorsWithScribe(await own()));

const scribe = await startScribe('scribe');
const { stack, start, finish, client, sql } = await testStack({ alsoSources: [scribe.source] });
const begin = (more: { interfere?: Interfere; approvals?: boolean } = {}) => start({ sources: [scribe.source], ...more });

let before = 0;
const written = () => scribe.written.slice(before);
beforeEach(() => {
  before = scribe.written.length;
  wanted.notes = () => ['hello'];
});
afterEach(() => {
  scribe.breakOff(false);
  scribe.list(null);
});

const approvalsOf = async ({ runId }: Assessment) =>
  (await client.request({ method: 'GET', path: `/runs/${runId}/approvals`, answer: approvalsAnswer })).items;
const asked = (event: RunEventBody) => (event.type === 'CUSTOM' && event.name === 'assay.approval' ? event.value : null);
/** Follows to the end; whoever is asked says so. */
function answering(run: Assessment, answer: (approvalId: string, round: number) => unknown) {
  let round = 0;
  return finish(run, {
    onEvent: (event) => {
      const value = asked(event);
      round += value === null ? 0 : 1;
      return value === null ? undefined : answer(value.approvalId, round);
    },
  });
}
const approve = (id: string) => client.decide(id, 'approve');
const reasons = ({ report }: Awaited<ReturnType<typeof finish>>) => report.gaps.map(({ reason }) => reason);
/** A decision that the API refuses. */
const refusal = (id: string, decision: 'approve' | 'reject') =>
  client.decide(id, decision).then(
    () => 'taken',
    (error: unknown) => Reflect.get(Object(error), 'status'),
  );

describe('a call that writes', () => {
  test('is made once when its person approves it, with exactly those arguments', async () => {
    const run = await begin();
    const ended = await answering(run, approve);
    expect(written()).toEqual([{ text: 'hello' }]);
    expect(reasons(ended)).toEqual([]);
    const [approval, ...more] = await approvalsOf(run);
    expect(more).toEqual([]);
    expect(approval).toMatchObject({ status: 'approved', round: 1, server: scribe.source.name });
    expect(approval?.calls).toEqual([expect.objectContaining({ tool: 'write_note', args: { text: 'hello' } })]);
    expect(ended.report.toolCalls.map(({ tool, status }) => [tool, status])).toEqual([
      ['look', 'ok'],
      ['write_note', 'ok'],
    ]);
    const [audit] = await sql('SELECT action, target FROM "AuditEvent" WHERE action LIKE $1 AND target = $2', [
      'approval.%',
      approval?.id,
    ]);
    expect(audit).toEqual({ action: 'approval.approve', target: approval?.id });
  });

  test('is made once when it is approved three times and the other way round as well', async () => {
    const run = await begin();
    const outcomes: unknown[] = [];
    await answering(run, async (id) => {
      await approve(id);
      outcomes.push(await refusal(id, 'approve'), await refusal(id, 'reject'));
    });
    const [approval] = await approvalsOf(run);
    // Said again after the end it is noted as before, and nothing more comes of it.
    outcomes.push(await refusal(approval?.id ?? '', 'approve'), await refusal(approval?.id ?? '', 'reject'));
    expect(outcomes).toEqual(['taken', 409, 'taken', 409]);
    expect(written()).toHaveLength(1);
  });

  test('is approved over the socket as well', async () => {
    await answering(await begin(), async (approvalId) => {
      const { ticket } = await client.request({ method: 'POST', path: '/ws-tickets', answer: z.object({ ticket: z.string() }) });
      const socket = new WebSocket(`${stack.api.webSocketUrl}?ticket=${ticket}`);
      await once(socket, 'open');
      socket.send(JSON.stringify({ action: 'approve', approvalId, decision: 'approve', requestId: 'q' }));
      const [said] = await once(socket, 'message');
      expect(JSON.parse(String(said))).toMatchObject({ kind: 'ack', requestId: 'q' });
      socket.close();
    });
    expect(written()).toEqual([{ text: 'hello' }]);
  });

  test('is not made when it is rejected, and the gap says by whom', async () => {
    const ended = await answering(await begin(), (id) => client.decide(id, 'reject'));
    expect(written()).toEqual([]);
    expect(reasons(ended)).toEqual(['The tool write_note was not called: it was rejected by the person who started the run.']);
  });

  test('is approved by a decision that comes before the run has begun to wait', async () => {
    const run = await begin({
      interfere: async ({ path, payload }, proceed) => {
        if (path === 'tasks/await-approval') await approve(String(Reflect.get(Object(payload), 'approvalId')));
        return proceed();
      },
    });
    await finish(run);
    expect(written()).toEqual([{ text: 'hello' }]);
  });

  test('is not made when the arguments are others by then: those are asked for', async () => {
    const run = await begin();
    const ended = await answering(run, async (id, round) => {
      if (round === 1) wanted.notes = () => ['hello, and goodbye'];
      await client.decide(id, round === 1 ? 'approve' : 'reject');
    });
    expect(written()).toEqual([]);
    expect(reasons(ended)).toHaveLength(1);
    expect((await approvalsOf(run)).map(({ round, status }) => [round, status])).toEqual([
      [1, 'approved'],
      [2, 'rejected'],
    ]);
  });

  test('is asked for three times at the most', async () => {
    wanted.notes = () => [randomUUID()];
    const run = await begin();
    const ended = await answering(run, approve);
    expect(written()).toEqual([]);
    expect((await approvalsOf(run)).map(({ round }) => round)).toEqual([1, 2, 3]);
    expect(reasons(ended)).toEqual([expect.stringContaining('it asked 3 times, which is the most')]);
  });

  test('is a gap at once in a run that nobody watches', async () => {
    const run = await begin({ approvals: false });
    const ended = await finish(run);
    expect([written(), await approvalsOf(run)]).toEqual([[], []]);
    expect(reasons(ended)).toEqual([expect.stringContaining('this run was started without anybody to ask')]);
  });

  test('is not made again when its outcome is unknown', async () => {
    scribe.breakOff(true);
    const ended = await answering(await begin(), approve);
    expect(written()).toHaveLength(1);
    expect(ended.report.run.outcome).not.toBe('complete');
    expect(ended.report.toolCalls.filter(({ tool }) => tool === 'look')).toHaveLength(1);
  });
});

describe('a run that is', () => {
  test('killed while it waits: the ledger is judged, and nothing is written', async () => {
    const run = await begin({
      interfere: async ({ path }, proceed) => {
        const answer = await proceed();
        if (path === 'tasks/await-approval') throw new FunctionFailed('Runtime.ExitError', 'killed');
        return answer;
      },
    });
    const ended = await finish(run);
    expect(written()).toEqual([]);
    expect(reasons(ended)).toContainEqual(expect.stringContaining('did not approve in time: write_note'));
    const [approval] = await approvalsOf(run);
    expect(approval?.status).toBe('expired');
    expect(await refusal(approval?.id ?? '', 'approve')).toBe(409);
    expect(written()).toEqual([]);
  });

  test('delivered twice at every step asks once and writes once', async () => {
    const run = await begin({
      interfere: async ({ path }, proceed) => {
        if (!/extract|await/.test(path)) return proceed();
        const [first, second] = await Promise.allSettled([proceed(), proceed()]);
        const kept = first.status === 'fulfilled' ? first : second;
        if (kept.status === 'rejected') throw kept.reason;
        return kept.value;
      },
    });
    const ended = await answering(run, approve);
    expect(written()).toHaveLength(1);
    expect(await approvalsOf(run)).toHaveLength(1);
    expect(ended.report.run.outcome).not.toBeNull();
  });

  test('cancelled while it waits ends at once, and can no longer be approved', async () => {
    const run = await begin();
    const since = performance.now();
    const { report } = await answering(run, () => run.cancel());
    expect(performance.now() - since).toBeLessThan(60_000);
    expect(report.run.outcome).toBe('cancelled');
    const [approval] = await approvalsOf(run);
    expect(await refusal(approval?.id ?? '', 'approve')).toBe(409);
    expect(written()).toEqual([]);
  });
});

test('a tool that the user allowed writes unattended, until its definition changes, and again once that one is accepted', async () => {
  const { report } = await answering(await begin(), (id) => client.decide(id, 'reject'));
  const connectionId = report.toolCalls[0]?.server.connectionId ?? '';
  const at = `/connections/${connectionId}`;
  const policy = { allowed: ['write_note'], denied: [] };
  await client.request({ method: 'PUT', path: `${at}/policy`, body: policy, answer: z.unknown() });
  await finish(await begin());
  expect(written()).toHaveLength(1);

  scribe.describe('Writes a note. Before that, it reads your keys.');
  const suspended = reasons(await finish(await begin()));
  expect(suspended).toEqual([expect.stringContaining('write_note was not called: it is suspended')]);
  expect(written()).toHaveLength(1);

  const accept = (sha256: string) =>
    client.request({ method: 'POST', path: `${at}/tools/write_note/accept`, body: { sha256 }, answer: z.unknown() });
  const looked = await hashOf('write_note');
  scribe.describe('Writes a note. It changed once more, while the person read.');
  await accept(looked);
  expect(reasons(await finish(await begin()))).toEqual(suspended);
  expect(written()).toHaveLength(1);

  await accept(await hashOf('write_note'));
  expect(reasons(await finish(await begin()))).toEqual([]);
  expect(written()).toHaveLength(2);
});

/** As a person would look at the server's tools now. */
async function toolsNow() {
  const { url, headers } = scribe.source.bridge;
  const { signal } = new AbortController();
  const target = { connectionId: randomUUID(), name: 'looking', url, headers };
  const session = await (await connections()).connect({ userId: randomUUID() }, target, signal);
  try {
    return await session.listTools(signal, { anew: true });
  } finally {
    await session.close();
  }
}
const hashOf = async (tool: string) => (await toolsNow()).find(({ name }) => name === tool)?.sha256 ?? '';

describe('a change of any part of a definition suspends the tool', () => {
  const whole = {
    name: 'write_note',
    title: 'Write',
    description: 'Writes a note.',
    inputSchema: {
      type: 'object',
      properties: { text: { type: 'string', description: 'What to write.', maxLength: 80 } },
      required: ['text'],
    },
    outputSchema: { type: 'object', properties: { id: { type: 'string' } } },
    annotations: { title: 'Write', readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    _meta: { 'example.org/owner': 'us' },
  };
  /** Of every leaf but the name and the types that the protocol fixes. */
  const fixed = ['name', 'inputSchema.type', 'outputSchema.type'];
  const paths = leaves(whole).filter((path) => !fixed.includes(path.join('.')));

  test('and the same definition in another order does not', async () => {
    scribe.list([whole]);
    const sha256 = await hashOf('write_note');
    scribe.list([Object.fromEntries(Object.entries(whole).reverse())]);
    expect(await hashOf('write_note')).toBe(sha256);
    expect(paths.length).toBeGreaterThan(10);
  });

  test.each(paths.map((path) => [path.join('.'), path] as const))('%s', async (_name, path) => {
    scribe.list([whole]);
    const pins = new Map([['write_note', await hashOf('write_note')]]);
    scribe.list([changed(whole, path)]);
    const [tool] = await toolsNow();
    const rules = { policy: { allowed: ['write_note'], denied: [] }, readOnlyTools: ['write_note'], pins };
    expect(tool && toolStatus(tool, rules)).toBe('suspended');
  });
});

function leaves(value: object): string[][] {
  return Object.entries(value).flatMap(([key, part]) =>
    typeof part === 'object' ? leaves(part).map((path) => [key, ...path]) : [[key]],
  );
}

/** With another value of the same type at that path. */
function changed(value: object, [key = '', ...rest]: readonly string[]): object {
  const copy: object = structuredClone(value);
  const part: unknown = Reflect.get(copy, key);
  const other =
    typeof part === 'boolean' ? !part : typeof part === 'number' ? part + 1 : typeof part === 'object' ? part : `${part}x`;
  Reflect.set(copy, key, rest.length > 0 ? changed(Object(part), rest) : other);
  return copy;
}
