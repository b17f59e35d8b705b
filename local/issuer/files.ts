import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type * as z from 'zod';
import { IssuerFileUnusable } from './errors.ts';

/** Null when there is no such file. Throws IssuerFileUnusable when it holds something else. */
export async function readJson<T extends z.ZodType>(file: string, schema: T): Promise<z.output<T> | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success) throw new IssuerFileUnusable(`${file} is damaged or of another version: remove it to start afresh.`);
  return parsed.data;
}

/** Whole or not at all, readable by its owner only. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, JSON.stringify(value), { mode: 0o600, flush: true });
  await rename(fresh, file);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
