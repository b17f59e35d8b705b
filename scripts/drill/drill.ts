/** The rehearsal of the worst day: the database is lost, and brought back to a moment before it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresHome } from '../../local/services/postgres-home.ts';
import { withClient } from '../../local/services/postgres-roles.ts';
import { catalogueProblems } from '../../prisma/catalogue-rules.ts';
import { archiveLog, baseBackup, restore, turnOnArchive } from './archive.ts';
import { countForStranger, countRows, missing, momentOf, type Rows, storedReports } from './rows.ts';
import { adminOf, assess, makeProject, ownPostgres, type Place, startSystem, verifyStored } from './system.ts';

export interface Step {
  readonly what: string;
  readonly ms: number;
}

export interface Outcome {
  readonly steps: readonly Step[];
  /** From the loss to the first report that is read and verified again. */
  readonly recoveryMs: number;
  /** From the moment that was restored to the loss. */
  readonly lostMs: number;
  readonly lostRows: Rows;
  readonly keptRows: number;
  readonly reports: number;
}

const lateProject = 'written after the moment that is restored';

/** @throws Error when something is not as it was, or not protected as it was. The data folder is the caller's to remove. */
export async function drill(place: Place, onStep: (step: Step) => void): Promise<Outcome> {
  const steps: Step[] = [];
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await work();
    const done = { what, ms: performance.now() - from };
    steps.push(done);
    onStep(done);
    return result;
  };
  const { home, archive } = await step('archiving of the log is turned on, as RDS has it', async () => {
    const postgres = await ownPostgres(place);
    try {
      const made = await postgresHome(join(place.dataDir, 'postgres'));
      return { home: made, archive: await turnOnArchive(adminOf(postgres, 'postgres'), made) };
    } finally {
      await postgres.stop();
    }
  });
  const before = await step('the system is started', () => startSystem(place));
  let lost: { readonly at: number; readonly lostMs: number; readonly rows: Rows; readonly moment: string };
  try {
    await step('a first assessment ends in a sealed report', () => assess(before, place));
    await step('the database is backed up while it runs', () => baseBackup(before.adminUrl, home, archive));
    const second = await step('a second assessment, which only the log holds', () => assess(before, place));
    await archived(before.adminUrl, second);
    const moment = await momentOf(before.adminUrl);
    const momentAt = performance.now();
    await makeProject(before, place, lateProject);
    const rows = await countRows(before.adminUrl);
    await step('the database is dropped', () =>
      withClient(adminOf(before.postgres, 'postgres'), (client) => client.query('DROP DATABASE assay WITH (FORCE)')),
    );
    const at = performance.now();
    lost = { at, lostMs: at - momentAt, rows, moment };
    await step('what was logged up to then is archived', () => archiveLog(adminOf(before.postgres, 'postgres')));
  } finally {
    await before.stop();
  }

  await step('the data folder is emptied, and the backup put in its place', () => restore(home, archive, lost.moment));
  const after = await step('the log is replayed to the moment before the loss, and the system is started', () =>
    startSystem(place),
  );
  try {
    const reports = await storedReports(after.adminUrl);
    if (reports.length !== 2) throw new Error(`${reports.length} of 2 reports are back`);
    await step('every stored report is read and verified offline with the signer’s key', async () => {
      for (const report of reports) await verifyStored(after, place, report);
    });
    const recoveryMs = performance.now() - lost.at;
    const rows = await countRows(after.adminUrl);
    await step('row-level security is in force: catalogue, and what a stranger is shown', async () => {
      const problems = await withClient(after.adminUrl, catalogueProblems);
      if (problems.length > 0) throw new Error(problems.join('; '));
      const shown = await countForStranger(after.adminUrl, after.postgres.appUrl);
      if (Object.values(shown).some((count) => count > 0)) throw new Error(`a stranger sees ${JSON.stringify(shown)}`);
    });
    await step('a new assessment runs, and its report verifies', async () => {
      const runId = await assess(after, place);
      const report = (await storedReports(after.adminUrl)).find((stored) => stored.runId === runId);
      if (report === undefined) throw new Error('the new run left no report');
      await verifyStored(after, place, report);
    });
    const keptRows = Object.values(rows).reduce((sum, count) => sum + count, 0);
    return { steps, recoveryMs, lostMs: lost.lostMs, lostRows: missing(lost.rows, rows), keptRows, reports: reports.length };
  } finally {
    await after.stop();
    await Promise.all([archive.log, archive.base].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** The stream of a run is written down right after its end. */
async function archived(adminUrl: string, runId: string): Promise<void> {
  const sql = `SELECT FROM "RunEvent" WHERE "runId" = $1 AND event->>'type' = 'RUN_FINISHED'`;
  await withClient(adminUrl, async (client) => {
    const until = performance.now() + 10_000;
    while ((await client.query(sql, [runId])).rowCount === 0) {
      if (performance.now() > until) throw new Error('the progress of the run was not archived');
      await sleep(50);
    }
  });
}
