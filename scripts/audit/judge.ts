/** Which tests speak for a row, and what became of them. */
import { relative } from 'node:path';
import * as z from 'zod';
import type { Row } from './row.ts';

/** What vitest's JSON reporter writes, as far as it is read here. */
export const results = z.object({
  startTime: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() })),
    }),
  ),
});
export type Results = z.infer<typeof results>;

export interface Named {
  readonly file: string;
  readonly title: string;
}

export interface Judged extends Named {
  readonly passed: number;
}

export const namedIn = (row: Row): readonly Named[] =>
  Object.entries(row.tests).flatMap(([file, titles]) => titles.map((title) => ({ file, title })));

/** A row that nothing speaks for, or a title that its file does not have: one line each. */
export function sourceProblems(rows: readonly Row[], read: (file: string) => string | null): readonly string[] {
  return rows.flatMap((row) => {
    const named = namedIn(row);
    if (named.length === 0) return [`${row.id}: no test speaks for it`];
    return named.flatMap(({ file, title }) => {
      const source = read(file);
      if (source === null) return [`${row.id}: there is no ${file}`];
      return source.includes(title) ? [] : [`${row.id}: ${file} has no '${title}'`];
    });
  });
}

/** Titles of families have their values filled in by then. */
const pattern = (title: string): RegExp =>
  new RegExp(
    title
      .split(/%[sijd]|\$[\w.]+/)
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*'),
    'u',
  );

/** @returns what passed, and one line for each title that did not run or did not pass. */
export function judge(
  row: Row,
  { testResults }: Results,
  root: string,
): { readonly judged: readonly Judged[]; readonly problems: readonly string[] } {
  const judged: Judged[] = [];
  const problems: string[] = [];
  for (const { file, title } of namedIn(row)) {
    const wanted = pattern(title);
    const found = testResults
      .filter(({ name }) => relative(root, name) === file)
      .flatMap(({ assertionResults }) => assertionResults)
      .filter((test) => [...test.ancestorTitles, test.title].some((part) => wanted.test(part)));
    const bad = found.filter(({ status }) => status !== 'passed');
    if (found.length === 0) problems.push(`${row.id}: ${file} ran no '${title}'`);
    for (const test of bad) problems.push(`${row.id}: ${file} '${test.title}' ${test.status}`);
    judged.push({ file, title, passed: found.length - bad.length });
  }
  return { judged, problems };
}
