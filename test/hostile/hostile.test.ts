/**
 * A server that a stranger runs cannot hang, bloat or stall the process that talks to it, nor slow down what another user does in
 * it. Server and client are processes of their own; the figures are printed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../lib/net/testing/listen.ts';
import { type Measured, measured } from './client/protocol.ts';
import { ends, endsAs } from './expected.ts';
import { type Figures, figuresOf, row, table } from './figures.ts';
import { openHere } from './here.ts';
import { timeScale } from './manager.ts';
import { behave, readMessage } from './server/rpc.ts';

/** Milliseconds that a call to the server that behaves takes at least: that of a tool somewhere on the internet. */
const SOUND_MS = 100;
const goals = { grown: 64 * 2 ** 20, turnMs: 100, slower: 1.5 };
/** Others share this machine: what they do to a figure passes, what a hostile server does comes again. */
const TRIES = 5;

const here = await openHere();
let sound: Server;
let server: ChildProcess;
let client: ChildProcess;
const rows: string[][] = [];

async function started(file: string, args: readonly string[], ...execArgv: string[]): Promise<[ChildProcess, unknown]> {
  const child = fork(new URL(import.meta.resolve(file)), args, { execArgv, env: { PATH: process.env['PATH'] } });
  const [said] = await once(child, 'message');
  return [child, said];
}

beforeAll(async () => {
  sound = createServer(async (request, response) => {
    const message = await readMessage(request);
    setTimeout(() => behave({ request, response, message }), SOUND_MS);
  });
  const soundOrigin = await listen(sound);
  const [hostile, origin] = await started('./server/child.ts', []);
  server = hostile;
  [client] = await started('./client/child.ts', [String(origin), `${soundOrigin}/`, ...here], '--expose-gc');
});
afterAll(() => {
  for (const child of [client, server]) child.kill();
  sound.close();
  sound.closeAllConnections();
  process.stdout.write(`\n${table(rows)}\n`);
});

async function measure(hostile: string): Promise<Measured> {
  const answer = once(client, 'message', { signal: AbortSignal.timeout(20_000) });
  client.send({ hostile });
  return measured.parse((await answer)[0]);
}

/** Of lib/mcp/connections.ts, with half as much again for a busy machine. A list may take several pages. */
const deadlineMs = { connect: 15_000 * timeScale, listTools: 60_000 * timeScale, callTool: 30_000 * timeScale };

/** What else the machine does slows the calls even where nobody is hostile: the ratio then tells of that, and the turns must do. */
const isBusy = ({ aloneMs }: Figures): boolean => aloneMs > 1.25 * SOUND_MS;

const isMet = (figures: Figures): boolean =>
  figures.grown < goals.grown &&
  figures.turnMaxMs < goals.turnMs &&
  (figures.besideMs < goals.slower * figures.aloneMs || isBusy(figures));

describe('a hostile server', () => {
  test.each(Object.entries(ends))('%s', async (name, end) => {
    const tries: Measured[] = [];
    let isContained = false;
    do {
      const said = await measure(name);
      tries.push(said);
      // These no other work on the machine excuses.
      expect(said).toMatchObject({ unhandled: [], polluted: false });
      expect(said.outcomes.map(({ outcome }) => outcome).filter((outcome) => outcome.startsWith('not contained'))).toEqual([]);
      isContained ||= endsAs(end, said.outcomes, deadlineMs);
    } while (tries.length < TRIES && !(isContained && isMet(figuresOf(tries))));
    rows.push(row(name, figuresOf(tries), tries, isBusy(figuresOf(tries))));
    expect(isContained, JSON.stringify(tries.at(-1)?.outcomes)).toBe(true);
    expect(figuresOf(tries)).toSatisfy(isMet);
  });
});
