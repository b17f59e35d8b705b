/** `npm run load`: lets users arrive at the local system, prints one table, writes the figures as JSON. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../cli/command.ts';
import { out, say } from '../../cli/output.ts';
import { host, load as loadOfMachine, told } from '../host.ts';
import { mostConnections } from '../swarm/watch.ts';
import { writeFigures } from '../write-figures.ts';
import { load } from './load.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { loadFigures, loadTable } from './table.ts';

/** The rest is in the JSON file. */
const ERRORS_SHOWN = 10;

/** @returns whether all went well */
async function run({ users, minutes, json }: Options): Promise<boolean> {
  const machine = host();
  const before = loadOfMachine();
  const folder = await mkdtemp(join(tmpdir(), 'assay-load-'));
  const loaded = await load({ users, minutes, folder, say }).finally(() => rm(folder, { recursive: true, force: true }));
  const after = loadOfMachine();
  out(`${users} users over ${minutes} min; ${told(machine, { before, after })}\n`);
  out(loadTable(loaded));
  for (const error of loaded.errors.slice(0, ERRORS_SHOWN)) say(error);
  await writeFigures('load', json, { machine, load: { before, after }, users, minutes, ...loadFigures(loaded) });
  return loaded.errors.length === 0 && mostConnections(loaded.watched) <= loaded.watched.connectionsBound;
}

await runCommand(parseOptions(process.argv.slice(2)), usage, async (options) => ((await run(options)) ? 0 : 1));
