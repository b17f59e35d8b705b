/**
 * `npm run check`: every gate, its time, and what it examined; results as JSON for CI in node_modules/.cache/assay/check.json.
 * Exit 1 when a gate fails or examined nothing.
 *
 *   npm run check [-- <part of a gate's name>]
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gates, passed } from './check/gates.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'node_modules', '.bin');
const resultsFile = join(root, 'node_modules', '.cache', 'assay', 'check.json');

function run(program, args, env = {}) {
  return new Promise((resolve) => {
    const path = `${bin}${delimiter}${process.env.PATH ?? ''}`;
    const child = spawn(join(bin, program), args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env, PATH: path, NO_COLOR: '1', FORCE_COLOR: undefined },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

async function judge(gate) {
  const started = Date.now();
  const outcome = await gate.check(run, root);
  const { examined, what, output } = outcome;
  const seconds = (Date.now() - started) / 1000;
  process.stdout.write(
    `${passed(outcome) ? 'ok  ' : 'FAIL'}  ${gate.name.padEnd(16)} ${examined} ${what} (${seconds.toFixed(1)} s)\n`,
  );
  if (!passed(outcome)) process.stdout.write(`${output.trim()}\n${examined > 0 ? '' : `${gate.name} examined nothing.\n`}`);
  return { gate: gate.name, passed: passed(outcome), examined, what, seconds };
}

rmSync(resultsFile, { force: true });
const wanted = process.argv[2] ?? '';
const results = [];
// One after the other: the type checker alone fills a small machine.
for (const gate of gates.filter(({ name }) => name.includes(wanted))) results.push(await judge(gate));
mkdirSync(dirname(resultsFile), { recursive: true });
writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
const failed = results.filter((result) => !result.passed).length;
process.stdout.write(`${results.length - failed} gates passed, ${failed} failed\n`);
process.exitCode = failed === 0 && results.length > 0 ? 0 : 1;
