/** `npm run eval`: how well models do, and that none of them can do harm; prints one table, writes the figures as JSON. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { host, load } from '../bench/host.ts';
import { out, say } from '../cli/output.ts';
import { dataDirectory } from '../local/paths.ts';
import { isSound } from './figures.ts';
import { hang } from './hang.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { realSuite, scriptedSuite } from './suite.ts';
import { evalTable } from './table.ts';

async function evaluate(options: Options): Promise<boolean> {
  const machine = host();
  const before = load();
  if (options.hang) {
    const { figures, reportSeconds, holds } = await hang(say);
    out(evalTable([figures]));
    out(`\nreport stage: ${reportSeconds.toFixed(1)} s of 180 s: ${holds ? 'held' : 'NOT HELD'}`);
    return holds && isSound(figures);
  }
  const rows = await scriptedSuite(options, say);
  // Only now: the first start of the stack has read .env.
  const model = process.env['OPENAI_API_KEY'] === undefined ? undefined : process.env['OPENAI_MODEL'];
  if (model !== undefined) rows.push(...(await realSuite(options, model, say)));
  const after = load();
  out(
    `${machine.date}, ${machine.cores} cores (${machine.processor}), Node ${machine.node}; load before ${before}, after ${after}\n`,
  );
  out(evalTable(rows));
  for (const row of rows.filter((one) => !isSound(one))) {
    const { falsePasses, invented, problems } = row;
    out(`\n${row.model}, ${row.example}: ${JSON.stringify({ falsePasses, invented, problems }, null, 2)}`);
  }
  // Paths are meant from where npm was called, not from the project's own folder.
  const file = options.json === null ? join(dataDirectory, 'eval.json') : resolve(process.env['INIT_CWD'] ?? '.', options.json);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ machine, load: { before, after }, rows }, null, 2)}\n`);
  say(`\nfigures: ${file}`);
  return rows.every(isSound);
}

const options = parseOptions(process.argv.slice(2));
if ('help' in options) {
  out(usage);
} else if ('problem' in options) {
  say(`${options.problem} (--help lists the options)`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = (await evaluate(options)) ? 0 : 1;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 3;
  }
}
