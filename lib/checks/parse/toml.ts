/** TOML values. The library keeps no source offsets: a check that cites TOML finds the line by its key. */
import { parse, type TomlTable, type TomlValue } from 'smol-toml';
import { perFile } from './memo.ts';

export type { TomlTable, TomlValue };

export const toml = perFile('TOML', (file): TomlTable => parse(file.content.text));

/** The value at a path of keys; undefined where any step is missing or not a table. */
export function tomlAt(table: TomlTable, ...path: readonly string[]): TomlValue | undefined {
  let current: TomlValue = table;
  for (const key of path) {
    if (!isTable(current) || !Object.hasOwn(current, key)) return undefined;
    const next: TomlValue | undefined = current[key];
    if (next === undefined) return undefined;
    current = next;
  }
  return current;
}

export const isTable = (value: TomlValue | undefined): value is TomlTable =>
  typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
