/** What a stack has written to its log: the lines that alarms and the runbook's queries look at. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import * as z from 'zod';

const line = z.record(z.string(), z.unknown());
export type Line = z.infer<typeof line>;

/** Metrics are counted under this stage, and every line that operators have is written. */
export const watched = { METRICS_STAGE: 'test', LOG_LEVEL: 'info' } as const;

export async function linesOf(dataDir: string): Promise<readonly Line[]> {
  // Nothing was worth a line yet.
  const text = await readFile(join(dataDir, 'assay.log'), 'utf8').catch(() => '');
  // The last one may be on its way.
  return text
    .split('\n')
    .slice(0, -1)
    .map((one) => line.parse(JSON.parse(one)));
}

/** Acts, and waits for the line that this must have left: lines are written in the background. @returns all that came since */
export async function leaves(
  dataDir: string,
  matches: (line: Line) => boolean,
  act: () => Promise<unknown>,
): Promise<readonly Line[]> {
  const before = (await linesOf(dataDir)).length;
  await act();
  return vi.waitFor(
    async () => {
      const since = (await linesOf(dataDir)).slice(before);
      expect(since.filter(matches)).not.toEqual([]);
      return since;
    },
    { timeout: 5_000, interval: 50 },
  );
}

/** A metric as CloudWatch takes it from the line. */
export const counted =
  (name: string, least = 1) =>
  (one: Line): boolean =>
    '_aws' in one && Number(one[name]) >= least;
