/** What a benchmark says, for the table and for the JSON file alike. */

export interface Row {
  readonly benchmark: string;
  /** What was measured: "5,000 files", "tasks/plan". */
  readonly subject: string;
  /** For the eye: "31.2 s, 410 MiB". */
  readonly result: string;
  /** The same for what it is compared with, which was measured in the same run. */
  readonly baseline: string;
  /** How many times the baseline. */
  readonly ratio: number;
  /** What it is to stay under, and whether it does; null where no goal is set. */
  readonly goal: { readonly text: string; readonly met: boolean } | null;
  /** All of it, in the units that the names end in. */
  readonly figures: Readonly<Record<string, number | null>>;
}

/** Told what is under way: a whole benchmark takes minutes. */
export type Say = (line: string) => void;

export const times = (ratio: number): string => `${ratio >= 10 ? whole(Math.round(ratio)) : ratio.toFixed(1)} ×`;
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
export const millis = (ms: number): string => `${ms.toFixed(ms < 1 ? 2 : ms < 10 ? 1 : 0)} ms`;
export const mebibytes = (bytes: number): string => `${whole(Math.round(bytes / 2 ** 20))} MiB`;
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
export const kilobytes = (bytes: number): string =>
  `${bytes < 10_000 ? (bytes / 1000).toFixed(1) : whole(Math.round(bytes / 1000))} KB`;
export const whole = (count: number): string => count.toLocaleString('en');

/** The value below which `share` (0 to 1) of them lie, by the nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
