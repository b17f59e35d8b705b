/** Serves a finished report's files on loopback, for the browser of this machine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveLoopback } from './gateway/loopback-server.ts';

const types: Readonly<Record<string, string>> = {
  'report.html': 'text/html; charset=utf-8',
  'report.md': 'text/markdown; charset=utf-8',
  'report.json': 'application/json',
  'bundle.zip': 'application/zip',
};

/** `url` is the HTML report; its siblings lie beside it. Only these four names are served. */
export async function serveReport(directory: string, port?: number): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const loopback = await serveLoopback(
    async (request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      const name = path === '/' ? 'report.html' : path.slice(1);
      const type = Object.hasOwn(types, name) ? types[name] : undefined;
      const bytes = type === undefined ? null : await readFile(join(directory, name)).catch(() => null);
      if (bytes === null || type === undefined) return void response.writeHead(404).end('not here\n');
      response
        .writeHead(200, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
        .end(bytes);
    },
    port === undefined ? {} : { port },
  );
  return { url: `${loopback.url}/report.html`, stop: () => loopback.stop() };
}
