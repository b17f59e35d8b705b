/**
 * What an assessment is compared with: lists and reads the same files through the same kind of bridge, with the bare MCP client, as
 * many at a time, and keeps nothing. `bare-child.ts <folder>`. Answers its parent with one message (protocol.ts).
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { parseDirectoryListing } from '../../lib/domain/listings.ts';
import { skippedDirectories } from '../../lib/domain/scope.ts';
import { type Bridge, startFilesystemServer } from '../../local/mcp/bridge.ts';
import { type BareRead, ownUsage } from './protocol.ts';

/** Sockets to one origin (lib/runtime/resources.ts): what an assessment has under way at once. */
const AT_ONCE = 10;

async function readAll(folder: string, bridge: Bridge): Promise<Pick<BareRead, 'files' | 'calls' | 'bytes'>> {
  const client = new Client({ name: 'bare', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: { ...bridge.headers } };
  await client.connect(new StreamableHTTPClientTransport(new URL(bridge.url), { requestInit }));
  const seen = { files: 0, calls: 0, bytes: 0 };
  const textOf = async (name: string, path: string): Promise<string> => {
    seen.calls += 1;
    const { content } = await client.callTool({ name, arguments: { path } });
    const [block] = content;
    return block?.type === 'text' ? block.text : '';
  };
  const files: string[] = [];
  let level = [folder];
  while (level.length > 0) {
    const next: string[] = [];
    await each(level, async (directory) => {
      for (const entry of parseDirectoryListing(await textOf('list_directory_with_sizes', directory))) {
        const path = `${directory}/${entry.name}`;
        if (!entry.isDirectory) files.push(path);
        else if (!skippedDirectories.has(entry.name)) next.push(path);
      }
    });
    level = next;
  }
  await each(files, async (path) => {
    const text = await textOf('read_text_file', path);
    seen.bytes += Buffer.byteLength(text);
    seen.files += 1;
  });
  await client.close();
  return seen;
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

const [folder = ''] = process.argv.slice(2);
const stop = new AbortController();
const bridge = await startFilesystemServer(folder, stop.signal);
const from = performance.now();
const seen = await readAll(folder, bridge);
const answer: BareRead = { ...seen, totalMs: performance.now() - from, ...ownUsage() };
await bridge.stop();
process.send?.(answer, () => process.exit(0));
