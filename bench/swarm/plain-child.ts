/**
 * The floor: the same calls to the same fakes with the bare clients and Promise.all, and nothing kept.
 * `plain-child.ts <model url> <tools origin> <users>`. Answers its parent with one message.
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import OpenAI from 'openai';
import { shape, topicsOf } from './shape.ts';

const [modelUrl = '', toolsOrigin = '', users = '1'] = process.argv.slice(2);
const openai = new OpenAI({ apiKey: 'bench', baseURL: modelUrl, maxRetries: 0 });

async function ask(name: string, document: object): Promise<unknown> {
  const completion = await openai.chat.completions.create({
    model: 'fake',
    messages: [{ role: 'user', content: JSON.stringify(document) }],
    response_format: { type: 'json_schema', json_schema: { name, schema: { type: 'object' } } },
  });
  return JSON.parse(completion.choices[0]?.message.content ?? '{}');
}

async function extract(source: string): Promise<string[]> {
  const client = new Client({ name: 'plain', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${toolsOrigin}/mcp`)));
  await client.listTools();
  const seen: string[] = [];
  for (let round = 0; round < shape.rounds; round += 1) {
    await ask('extraction', { source, seen });
    const answers = await Promise.all(
      topicsOf(source, round).map((topic) => client.callTool({ name: 'look', arguments: { topic } })),
    );
    seen.push(...answers.map((answer) => JSON.stringify(answer.content)));
  }
  await client.close();
  return seen;
}

const names = (what: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${what} ${at + 1}`);

async function run(): Promise<void> {
  const sources = names('source', shape.sources);
  await ask('plan', { sources: sources.map((name) => ({ name })) });
  const seen = (await Promise.all(sources.map(extract))).flat();
  await Promise.all(
    names('group', shape.groups).map((id) =>
      ask('assessment', { controls: [id], exhibits: [{ id: 'E1', text: seen.join('\n') }] }),
    ),
  );
  await Promise.all([...names('section', shape.sections).map((section) => ask('section', { section })), ask('remediation', {})]);
  await ask('summary', {});
}

const together = () => Promise.all(Array.from({ length: Number(users) }, run));
await together();
// Warm, as what it is compared with.
const cpuBefore = process.cpuUsage();
const from = performance.now();
await together();
const { user, system } = process.cpuUsage(cpuBefore);
const said = { wallMs: performance.now() - from, cpuMs: (user + system) / 1000, rss: process.memoryUsage().rss };
// Connections that are kept alive would keep the process alive too.
process.send?.(said, undefined, undefined, () => process.exit(0));
