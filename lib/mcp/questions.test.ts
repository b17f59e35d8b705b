/** A server that asks during a call: answered with its own defaults where its user said so, within limits, and told of. */
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { McpServer as OlderServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { ElicitResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { inputRequired, type McpServer } from '@modelcontextprotocol/server';
import { describe, expect, test } from 'vitest';
import { targetOf, testConnections } from '../../test/support/connections.ts';
import { type Kind, startMcpServer } from '../../test/support/mcp/server.ts';

const origins: string[] = [];
const { another } = await testConnections({ origins });
const signal = AbortSignal.timeout(60_000);

const requestedSchema = { type: 'object' as const, properties: { name: { type: 'string' as const, default: 'Ann' } } };
const question = { message: 'Who are you?', requestedSchema };
const said = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] });

/** `beside` asks on the call's own stream, `apart` on the one that listens. */
function older(server: OlderServer): void {
  server.registerTool('beside', {}, async ({ sendRequest }) =>
    said(await sendRequest({ method: 'elicitation/create', params: question }, ElicitResultSchema)),
  );
  server.registerTool('apart', {}, async () =>
    said(await server.server.request({ method: 'elicitation/create', params: question }, ElicitResultSchema)),
  );
}
function modern(server: McpServer): void {
  server.registerTool('within', {}, async ({ mcpReq }) => {
    const answer = mcpReq.inputResponses?.['who'];
    return answer === undefined ? inputRequired({ inputRequests: { who: inputRequired.elicit(question) } }) : said(answer);
  });
}

async function connected(kind: Kind, elicitation: 'decline' | 'defaults', timeScale = 1) {
  const server = await startMcpServer(kind, { tools: ['odd'], older, modern });
  origins.push(server.origin);
  const owner = { userId: randomUUID() };
  const target = targetOf(server.url, { elicitation });
  const connect = () => another({ timeScale }).connect(owner, target, signal);
  return { server, connect, owner, target, session: await connect() };
}
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
const accepted = JSON.stringify({ action: 'accept', content: { name: 'Ann' } });

describe.each([
  ['sessions', 'beside'],
  ['sessions', 'apart'],
  ['modern-only', 'within'],
] as const)('of kind %s, which asks %s its answer', (kind, tool) => {
  test('gets its own defaults where its user said so, and the report a sentence', async () => {
    const { session } = await connected(kind, 'defaults');
    const { ok, blocks } = await session.callTool(tool, {}, signal);
    expect([ok, textOf(blocks[0]?.bytes)]).toEqual([true, accepted]);
    const sentence = `During ${tool} the server asked "Who are you?": answered with its own defaults, {"name":"Ann"}.`;
    expect([session.asked(), session.asked()]).toEqual([[sentence], []]);
    await session.close();
  });

  test('is told nothing of answers, and gets none, where they said nothing', async () => {
    const { session, server } = await connected(kind, 'decline', 0.05);
    await session.callTool(tool, {}, signal).then(
      ({ ok, blocks }) => expect([ok, textOf(blocks[0]?.bytes)]).not.toEqual([true, accepted]),
      (error: unknown) => expect(error).toMatchObject({ name: 'SourceUnavailable' }),
    );
    expect([session.asked(), server.seen.filter(({ http }) => http === 'GET')]).toEqual([[], []]);
    await session.close();
  });
});

test('a session that was opened elsewhere answers too, and one that was told otherwise is not used', async () => {
  const { session, connect, owner, target, server } = await connected('sessions', 'defaults');
  await session.close();
  const next = await connect();
  const { blocks } = await next.callTool('apart', {}, signal);
  expect(textOf(blocks[0]?.bytes)).toBe(accepted);
  await next.close();
  const opened = server.methods().filter((method) => method === 'initialize').length;
  const refusing = await another().connect(owner, { ...target, elicitation: 'decline' }, signal);
  expect([opened, server.methods().filter((method) => method === 'initialize').length]).toEqual([1, 2]);
  await refusing.close();
});

test('nothing is listened to but while a call is under way', async () => {
  const { session, server } = await connected('sessions', 'defaults');
  const closed = Promise.withResolvers<void>();
  await session.listTools(signal);
  expect(server.seen.filter(({ http }) => http === 'GET')).toEqual([]);
  server.intercept = ({ http }, response) => {
    if (http === 'GET') response.on('close', closed.resolve);
    return false;
  };
  await session.callTool('apart', {}, signal);
  await closed.promise;
  await session.close();
});

test('who asks a thousand times gets five defaults, one answer at a time, and the call ends in its time', async () => {
  const { session, server } = await connected('sessions', 'defaults', 0.1);
  const event = (data: object): string => `data: ${JSON.stringify({ jsonrpc: '2.0', ...data })}\n\n`;
  const answers: unknown[] = [];
  const atOnce: number[] = [];
  let arriving = 0;
  server.intercept = async (seen, response) => {
    if (seen.result !== undefined) {
      answers.push(seen.result);
      arriving += 1;
      atOnce.push(arriving);
      await setImmediate();
      arriving -= 1;
      response.writeHead(202).end();
      return true;
    }
    if (seen.method !== 'tools/call') return false;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const ask = (id: number): string => event({ id, method: 'elicitation/create', params: question });
    response.write(Array.from({ length: 1_000 }, (_, id) => ask(id)).join(''));
    return true;
  };
  const from = performance.now();
  await expect(session.callTool('odd', { text: '' }, signal)).rejects.toMatchObject({ failure: 'timed-out' });
  expect(performance.now() - from).toBeLessThan(5_000);
  const actions = answers.map((answer) => Reflect.get(Object(answer), 'action'));
  expect(actions.filter((action) => action !== 'decline')).toEqual(Array(5).fill('accept'));
  expect([Math.max(...atOnce), session.asked().length <= 101]).toEqual([1, true]);
  await session.close();
});
