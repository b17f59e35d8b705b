type Iso<T> = { [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K] };

/** A row as JSON prints it: dates as ISO 8601, everything else as it is. */
export const isoTimes = <T extends object>(row: T): Iso<T> =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value]),
  ) as Iso<T>;
