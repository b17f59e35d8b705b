/**
 * How long a whole assessment takes and what it holds in memory, by the number of files. Compared with a plain loop that lists and
 * reads the same files through the same bridge and keeps nothing: what the reading alone costs.
 */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Measured, measureAssessment, measureBareRead } from '../assessment/measure.ts';
import type { Assessed, BareRead } from '../assessment/protocol.ts';
import { writeRepository } from '../repository/repository.ts';
import { mebibytes, megabytes, type Row, type Say, seconds, whole } from '../result.ts';

const sample = resolve(import.meta.dirname, '../../examples/acme-shop');
const GIB = 2 ** 30;

export interface FilesOptions {
  /** Numbers of files. */
  readonly sizes: readonly number[];
  /** Everything that is made lies below it. */
  readonly folder: string;
  readonly say: Say;
}

export async function filesBenchmark({ sizes, folder, say }: FilesOptions): Promise<Row[]> {
  const dataDir = join(folder, 'data');
  say('files: the sample, with an empty data folder');
  const first = await measureAssessment({ folder: sample, dataDir });
  say('files: the sample again');
  const rows = [
    row('examples/acme-shop, database made', first, await measureBareRead(sample), null),
    row('examples/acme-shop', await measureAssessment({ folder: sample, dataDir }), await measureBareRead(sample), under(15_000)),
  ];
  for (const size of sizes) {
    say(`files: ${whole(size)}`);
    const repository = join(folder, `repository-${size}`);
    const bytes = await writeRepository(repository, size);
    const bare = await measureBareRead(repository);
    const assessed = await measureAssessment({ folder: repository, dataDir });
    check(assessed.said, bare.said, size);
    rows.push(
      row(`${whole(size)} files`, assessed, bare, size === 5000 ? under(60_000) : null),
      reportRow(size, assessed.said, bytes),
    );
    await rm(repository, { recursive: true });
  }
  return rows;
}

interface Limit {
  readonly wallMs: number;
  readonly peakBytes: number;
}
const under = (wallMs: number): Limit => ({ wallMs, peakBytes: GIB });

/** A fast assessment of half the files would be no result. */
function check(assessed: Assessed, bare: BareRead, size: number): void {
  const { files, complete, outcome } = assessed;
  if (files === size && complete && outcome === 'complete' && bare.files === size) return;
  throw new Error(
    `${size} files: the assessment is ${outcome} and saw ${files} (${complete ? 'all' : 'not all'}), the plain loop ${bare.files}`,
  );
}

function row(subject: string, measured: Measured<Assessed>, bare: Measured<BareRead>, limit: Limit | null): Row {
  const { said, wallMs, all } = measured;
  const { phases, upMs, runMs, peakBytes, cpuMs, toolCalls, findings } = said;
  const isMet = limit !== null && wallMs < limit.wallMs && (all?.peakBytes ?? peakBytes) < limit.peakBytes;
  return {
    benchmark: 'files',
    subject,
    result: told(measured),
    baseline: told(bare),
    ratio: wallMs / bare.wallMs,
    goal: limit === null ? null : { text: `under ${limit.wallMs / 1000} s, 1 GiB`, met: isMet },
    figures: {
      wallMs,
      upMs,
      runMs,
      ...Object.fromEntries(Object.entries(phases).map(([phase, took]) => [`${phase}Ms`, took])),
      cpuMs,
      allCpuMs: all?.cpuMs ?? null,
      peakBytes,
      allPeakBytes: all?.peakBytes ?? null,
      toolCalls,
      findings,
      bareWallMs: bare.wallMs,
      bareReadMs: bare.said.totalMs,
      bareCpuMs: bare.said.cpuMs,
      bareAllCpuMs: bare.all?.cpuMs ?? null,
      barePeakBytes: bare.said.peakBytes,
      bareAllPeakBytes: bare.all?.peakBytes ?? null,
    },
  };
}

/** The main process, then it and its children. */
function told({ wallMs, said, all }: Measured<{ readonly cpuMs: number; readonly peakBytes: number }>): string {
  const both = (own: string, sum: string | undefined): string => (sum === undefined ? own : `${own} (${sum})`);
  const processor = both(seconds(said.cpuMs), all === null ? undefined : seconds(all.cpuMs));
  return `${seconds(wallMs)}; processor ${processor}; ${both(mebibytes(said.peakBytes), all === null ? undefined : mebibytes(all.peakBytes))}`;
}

function reportRow(size: number, { sizes, phases, toolCalls }: Assessed, sourceBytes: number): Row {
  const of = (file: string): number => sizes[file] ?? 0;
  const concludeMs = phases['conclude'] ?? 0;
  return {
    benchmark: 'report',
    subject: `${whole(size)} files, ${whole(toolCalls)} calls`,
    result: `concluded in ${seconds(concludeMs)}; html ${megabytes(of('html'))}, json ${megabytes(of('json'))}, zip ${megabytes(of('bundle'))}`,
    baseline: `sources ${megabytes(sourceBytes)}`,
    ratio: of('bundle') / sourceBytes,
    goal: { text: 'html under 3 MB', met: of('html') < 3e6 },
    figures: {
      concludeMs,
      htmlBytes: of('html'),
      mdBytes: of('md'),
      jsonBytes: of('json'),
      bundleBytes: of('bundle'),
      sourceBytes,
    },
  };
}
