/** `npm run bench`: measures, prints one table, writes the figures as JSON. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../cli/command.ts';
import { out, say } from '../cli/output.ts';
import { bundlesBenchmark } from './benchmarks/bundles.ts';
import { connectionsBenchmark } from './benchmarks/connections.ts';
import { filesBenchmark } from './benchmarks/files.ts';
import { framesBenchmark } from './benchmarks/frames.ts';
import { guardBenchmark } from './benchmarks/guard.ts';
import { swarmBenchmark } from './benchmarks/swarm.ts';
import { host, load, told } from './host.ts';
import { type Benchmark, type Options, parseOptions, usage } from './options.ts';
import type { Row } from './result.ts';
import { table } from './table.ts';
import { writeFigures } from './write-figures.ts';

/** A run over so many files has enough frames for a 99th percentile, and ends in seconds. */
const FRAMES_SIZE = 1000;
/** A round of them takes about a second. */
const CALLS = 1000;
const GUARD_REQUESTS = 1000;
/** At once. */
const USERS = 25;

async function measure(name: Benchmark, { sizes, times }: Options, folder: string): Promise<Row[]> {
  switch (name) {
    case 'files':
      return filesBenchmark({ sizes, folder, say });
    case 'frames':
      return framesBenchmark({ size: FRAMES_SIZE, folder, say });
    case 'swarm':
      return swarmBenchmark({ users: USERS, folder, say });
    case 'connections':
      return connectionsBenchmark({ calls: CALLS, rounds: 5, folder, say });
    case 'guard':
      return guardBenchmark({ requests: GUARD_REQUESTS, say });
    case 'bundles':
      return bundlesBenchmark({ times, say });
  }
}

async function bench(options: Options): Promise<number> {
  const machine = host();
  const before = load();
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const rows: Row[] = [];
  try {
    for (const name of options.only) rows.push(...(await measure(name, options, folder)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const after = load();
  out(`${told(machine, { before, after })}\n`);
  out(table(rows));
  await writeFigures('bench', options.json, { machine, load: { before, after }, rows });
  return 0;
}

await runCommand(parseOptions(process.argv.slice(2)), usage, bench);
