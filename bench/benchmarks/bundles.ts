/** What is deployed: size and import time of every function, compared with a function that does nothing. */
import { type Bundled, measureImports } from '../imports/measure.ts';
import { kilobytes, millis, type Row, type Say } from '../result.ts';

export interface BundlesOptions {
  /** Fresh processes a bundle; the median counts. */
  readonly times: number;
  /** All of them unless given. */
  readonly functionPaths?: readonly string[];
  readonly say: Say;
}

const goals = {
  plain: { bytes: 700_000, importMs: 120, text: 'under 700 KB, 120 ms' },
  database: { bytes: 4 * 1024 * 1024, importMs: 350, text: 'under 4 MiB, 350 ms' },
} as const;

export async function bundlesBenchmark({ times, functionPaths, say }: BundlesOptions): Promise<Row[]> {
  say(`bundles: built, then each imported ${times} times`);
  const found = await measureImports({ times, ...(functionPaths === undefined ? {} : { functionPaths }) });
  const empty = found.find(({ path }) => path === '');
  if (empty === undefined) throw new Error('the empty function was not measured');
  return found.filter(({ path }) => path !== '').map((bundled) => row(bundled, empty));
}

function row(bundled: Bundled, empty: Bundled): Row {
  const { path, bytes, gzipBytes, importMs, usesDatabase } = bundled;
  const told = (one: Bundled): string => `${kilobytes(one.bytes)} (gz ${kilobytes(one.gzipBytes)}), ${millis(one.importMs)}`;
  const goal = usesDatabase ? goals.database : goals.plain;
  return {
    benchmark: 'bundles',
    subject: path,
    result: told(bundled),
    baseline: `empty ${told(empty)}`,
    ratio: importMs / empty.importMs,
    goal: { text: goal.text, met: bytes < goal.bytes && importMs < goal.importMs },
    figures: { bytes, gzipBytes, importMs, usesDatabase: usesDatabase ? 1 : 0 },
  };
}
