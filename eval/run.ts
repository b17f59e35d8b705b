/** `npm run eval`: how well models do, and that none of them can do harm; prints one table, writes the figures as JSON. */
import { host, load } from '../bench/host.ts';
import { writeFigures } from '../bench/write-figures.ts';
import { runCommand } from '../cli/command.ts';
import { out, say } from '../cli/output.ts';
import { isSound, type Price } from './figures.ts';
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
  const { OPENAI_API_KEY: key, OPENAI_MODEL: model } = process.env;
  if (key && model) rows.push(...(await realSuite(model, priceOf(process.env), say)));
  const after = load();
  out(
    `${machine.date}, ${machine.cores} cores (${machine.processor}), Node ${machine.node}; load before ${before}, after ${after}\n`,
  );
  out(evalTable(rows));
  for (const row of rows.filter((one) => !isSound(one))) {
    const { falsePasses, invented, problems } = row;
    out(`\n${row.model}, ${row.example}: ${JSON.stringify({ falsePasses, invented, problems }, null, 2)}`);
  }
  await writeFigures('eval', options.json, { machine, load: { before, after }, rows });
  return rows.every(isSound);
}

function priceOf({ OPENAI_PRICE_INPUT: input, OPENAI_PRICE_OUTPUT: output }: NodeJS.ProcessEnv): Price | null {
  return input && output ? { prompt: Number(input), completion: Number(output) } : null;
}

await runCommand(parseOptions(process.argv.slice(2)), usage, async (options) => ((await evaluate(options)) ? 0 : 1), {
  failed: 3,
});
