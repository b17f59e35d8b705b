/**
 * A model endpoint and an MCP server that take as long as real ones and cost next to nothing, in a process of their own, so that what is
 * measured is not theirs. Tells its parent both ports.
 */
import { createServer, type RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { latency, shape, topicsOf } from './shape.ts';

const chat = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.object({ json_schema: z.object({ name: z.string() }) }),
});
const document = z.looseObject({
  source: z.string().optional(),
  sources: z.array(z.object({ name: z.string() })).optional(),
  seen: z.array(z.unknown()).optional(),
  exhibits: z.array(z.object({ id: z.string(), text: z.string() })).optional(),
  controls: z.array(z.union([z.string(), z.object({ id: z.string() })])).optional(),
});
type Document = z.infer<typeof document>;

/** What each agent is told, by the name of the schema that it asks with (lib/agents/<agent>/answer.ts). */
const answers: Readonly<Record<string, (asked: Document) => object>> = {
  plan: ({ sources = [] }) => ({
    tasks: sources.map(({ name }) => ({
      ...{ source: name, capability: null, controls: [], goal: `Ask ${name} its questions.` },
      ...{ toolBudget: shape.rounds * shape.callsPerRound, deadlineSeconds: 120 },
    })),
  }),
  extraction: ({ source = '', seen = [] }) => {
    const round = seen.length / shape.callsPerRound;
    return {
      calls: topicsOf(source, round).map((topic) => ({ tool: 'look', arguments: JSON.stringify({ topic }) })),
      done: round + 1 >= shape.rounds,
    };
  },
  assessment: ({ exhibits = [], controls = [] }) => {
    const [exhibit] = exhibits;
    const [control] = controls;
    const id = typeof control === 'string' ? control : control?.id;
    if (exhibit === undefined || id === undefined) return { findings: [], proposals: [] };
    const quotes = [{ exhibit: exhibit.id, quote: exhibit.text.slice(0, 60) }];
    const sentences = [{ text: 'The source answers with a note and nothing else.', quotes }];
    return {
      findings: [
        { controls: [id], title: 'A note stands for the practice', sentences, recommendation: 'Write the practice down.' },
      ],
      proposals: [],
    };
  },
  section: () => ({
    sentences: [{ text: 'Some controls were not assessed.', evidence: [], figures: ['/coverage/notAssessed'] }],
    findings: [],
  }),
  summary: () => ({
    sentences: [{ text: 'Some controls were not assessed.', evidence: [], figures: ['/coverage/notAssessed'] }],
  }),
  remediation: () => ({
    items: [{ findings: ['F1'], title: 'Write it down', steps: ['Write the practice down.'], effort: 'small' }],
  }),
};

async function complete(body: unknown): Promise<object> {
  const { messages, response_format: format } = chat.parse(body);
  const { name } = format.json_schema;
  const asked = document.parse(JSON.parse(messages.find(({ content }) => content.startsWith('{'))?.content ?? '{}'));
  await pause(latency.modelMs);
  const content = JSON.stringify(answers[name]?.(asked) ?? {});
  const message = { role: 'assistant', content, refusal: null };
  const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
  return {
    id: 'c',
    object: 'chat.completion',
    created: 0,
    model: 'fake',
    usage,
    choices: [{ index: 0, finish_reason: 'stop', message }],
  };
}

const rpc = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z.looseObject({}).optional(),
});
const look = {
  name: 'look',
  description: 'Looks something up.',
  inputSchema: { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] },
  annotations: { readOnlyHint: true },
};

/** The older protocol without a session: enough for a client to shake hands, list and call. Null: nothing is answered. */
async function answerRpc(body: unknown): Promise<object | null> {
  const { id, method, params } = rpc.parse(body);
  if (id === undefined) return null;
  const result = (value: object): object => ({ jsonrpc: '2.0', id, result: value });
  switch (method) {
    case 'initialize':
      return result({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'fake', version: '1' } });
    case 'tools/list':
      return result({ tools: [look] });
    case 'tools/call': {
      await pause(latency.toolMs);
      const text = `A note on ${JSON.stringify(params?.['arguments'] ?? {})}: it is done as it was always done, and whoever asks is told so by whoever is there.`;
      return result({ content: [{ type: 'text', text }] });
    }
    default:
      return { jsonrpc: '2.0', id, error: { code: -32601, message: 'unknown' } };
  }
}

const serve = (answer: (body: unknown) => Promise<object | null>): RequestListener => {
  const handle: RequestListener = async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const answered = await answer(await json(request));
    if (answered === null) return void response.writeHead(202).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
  };
  return (request, response) => void handle(request, response);
};

async function listening(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port.');
  return address.port;
}

const [model, tools] = [await listening(serve(complete)), await listening(serve(answerRpc))];
process.send?.({ model, tools });
process.on('disconnect', () => process.exit(0));
