/** `npm run drill`: loses the database of a system of its own, restores it, and says how long that took and what was lost. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { out, say } from '../cli/output.ts';
import { exitOnSignals } from '../cli/signals.ts';
import { checkFolder, openSources } from '../local/folder.ts';
import { drill, type Outcome } from './drill/drill.ts';

const usage = `Usage: npm run drill

Starts a system of its own in a temporary folder, assesses examples/acme-shop, backs the running database up, assesses again, drops the
database, restores it to the moment before, and checks that every report verifies, that row-level security is in force and that a
new assessment runs. Nothing of yours is touched. Under a minute. Exit code 0 when all of it holds, 1 when not (docs/backup.md).`;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function summary({ recoveryMs, lostMs, lostRows, keptRows, reports }: Outcome): string[] {
  const lost = Object.entries(lostRows).map(([table, count]) => `${count} of ${table}`);
  return [
    '',
    `Recovered in (RTO)  ${seconds(recoveryMs)}, from the loss to the first reports that verify`,
    `Lost (RPO)          the last ${seconds(lostMs)} before the loss: ${lost.join(', ') || 'nothing'}`,
    `Restored            ${keptRows} rows, ${reports} reports`,
  ];
}

async function main(): Promise<number> {
  if (process.argv.length > 2) {
    out(usage);
    return process.argv[2] === '--help' ? 0 : 2;
  }
  const signal = AbortSignal.timeout(10 * 60_000);
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-drill-'));
  // As root PostgreSQL runs as another user, who must be able to pass.
  await chmod(dataDir, 0o711);
  const folder = await checkFolder(resolve(import.meta.dirname, '..', 'examples', 'acme-shop'));
  const { sources } = await openSources(folder, signal);
  try {
    const outcome = await drill({ dataDir, folder, sources, signal }, ({ what, ms }) =>
      out(`${seconds(ms).padStart(7)}  ${what}`),
    );
    for (const line of summary(outcome)) out(line);
    return 0;
  } catch (error) {
    say(`the drill failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    for (const { bridge } of sources) await bridge.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

exitOnSignals();
process.exit(await main());
