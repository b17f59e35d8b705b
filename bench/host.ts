/** The machine that figures were made on: without it they say nothing. */
import { cpus, loadavg, totalmem } from 'node:os';
import { mebibytes } from './result.ts';

export interface Host {
  readonly date: string;
  readonly cores: number;
  readonly processor: string;
  readonly memory: string;
  readonly node: string;
  readonly platform: string;
}

export const host = (): Host => ({
  date: new Date().toISOString().slice(0, 10),
  cores: cpus().length,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  memory: mebibytes(totalmem()),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
});

/** Of the last minute: what else was running counts against every figure. */
export const load = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

/** The line that stands over a table. */
export const told = (
  { date, cores, processor, memory, node, platform }: Host,
  { before, after }: { readonly before: number; readonly after: number },
): string =>
  `${date}, ${cores} cores (${processor}), ${memory}, Node ${node}, ${platform}; load before ${before}, after ${after}`;
