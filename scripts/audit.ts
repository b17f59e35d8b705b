/** `npm run audit`: runs the tests that speak for each threat and fault, and writes docs/security-audit.md. Exit 1 when a row is not kept, 2 bad usage. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { out, say } from '../cli/output.ts';
import { faults } from './audit/faults.ts';
import { judge, namedIn, type Results, results, sourceProblems } from './audit/judge.ts';
import { page } from './audit/page.ts';
import { threats } from './audit/threats.ts';

const usage = `Usage: npm run audit [-- --results <file>]

Runs the tests that scripts/audit names for each threat and fault (some minutes), and writes docs/security-audit.md.

  --results <file>  takes what vitest's JSON reporter wrote instead of running: npm test leaves node_modules/.cache/assay/tests.json
  --help            this text

Exit codes: 0 every row is kept, 1 one is not (and the page stays as it was), 2 bad usage.`;

const root = resolve(import.meta.dirname, '..');
const rows = [...threats, ...faults];

async function run(): Promise<Results> {
  const files = [...new Set(rows.flatMap((row) => namedIn(row).map(({ file }) => file)))];
  const folder = join(root, 'node_modules', '.cache', 'assay');
  const file = join(folder, 'audit.json');
  mkdirSync(folder, { recursive: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`, ...files];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  await new Promise<void>((done, fail) => {
    child.once('exit', () => done());
    child.once('error', fail);
  });
  return read(file);
}

const read = (file: string): Results => results.parse(JSON.parse(readFileSync(file, 'utf8')));

async function audit(file: string | undefined): Promise<number> {
  const source = (path: string): string | null => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null);
  const named = sourceProblems(rows, source);
  const found =
    named.length > 0 ? null : await (file === undefined ? run() : read(resolve(process.env['INIT_CWD'] ?? '.', file)));
  const judged = found === null ? [] : rows.map((row) => ({ row, ...judge(row, found, root) }));
  const problems = [...named, ...judged.flatMap((one) => one.problems)];
  if (found === null || problems.length > 0) {
    for (const problem of problems) say(problem);
    return 1;
  }
  const date = new Date(found.startTime).toISOString().slice(0, 10);
  const path = join(root, 'docs', 'security-audit.md');
  writeFileSync(path, page(date, judged.slice(0, threats.length), judged.slice(threats.length)));
  out(`${path}: ${rows.length} rows, every one kept`);
  return 0;
}

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({ options: { results: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
    if (values.help === true) {
      out(usage);
      return 0;
    }
    return await audit(values.results);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)} (--help lists the options)`);
    return 2;
  }
}

process.exit(await main());
