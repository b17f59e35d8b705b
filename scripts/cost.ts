/** `npm run cost`: what a stage costs idle, and what one assessment of the sample adds. Exit 1 when a goal is missed, 2 bad usage. */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { chooseModel } from '../cli/model-choice.ts';
import { out, say } from '../cli/output.ts';
import { exitOnSignals } from '../cli/signals.ts';
import { synthesised } from '../infra/testing.ts';
import { variables } from '../lib/contract/env.ts';
import { loadDotEnv } from '../local/stack.ts';
import { assessmentLines, tokenCost, worstLambda } from './cost/assessment.ts';
import { goals, stageNames } from './cost/goals.ts';
import { idleLines, sum } from './cost/idle.ts';
import { measureSample } from './cost/measure.ts';
import { priceTable } from './cost/prices.ts';
import { type Cost, text } from './cost/text.ts';

const usage = `Usage: npm run cost [-- --json]

Adds up what each stage costs while nobody uses it, from the synthesised templates, and what one assessment of examples/acme-shop
adds, from a run of it on this machine: calls and their times, state transitions, frames, files. Tokens of a model are shown apart,
where one is configured and OPENAI_PRICE_INPUT and OPENAI_PRICE_OUTPUT are set.

  --json     the sums as one JSON document on stdout
  --help     this text

Exit codes: 0 every goal is met, 1 one is missed, 2 bad usage. Prices: scripts/cost/prices.ts.`;

const prices = z.object({
  OPENAI_PRICE_INPUT: variables.OPENAI_PRICE_INPUT.optional(),
  OPENAI_PRICE_OUTPUT: variables.OPENAI_PRICE_OUTPUT.optional(),
});

async function cost(): Promise<Cost> {
  loadDotEnv();
  const choice = chooseModel(null, process.env);
  if ('problem' in choice) throw new Error(choice.problem);
  const abort = new AbortController();
  const measured = await measureSample(choice.mode, abort.signal);
  const set = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value?.trim()));
  const { OPENAI_PRICE_INPUT: input, OPENAI_PRICE_OUTPUT: output } = prices.parse(set);
  const known = input !== undefined && output !== undefined;
  return {
    prices: priceTable,
    stages: stageNames.map((name) => {
      const stage = synthesised({ stage: name });
      const [idle, assessment] = [idleLines(stage), assessmentLines(stage, measured)];
      return {
        stage: name,
        idle: { goal: goals.idle[name], dollars: sum(idle), lines: idle },
        assessment: {
          goal: goals.assessment,
          dollars: sum(assessment),
          lines: assessment,
          worstLambda: worstLambda(stage, measured),
        },
      };
    }),
    tokens: { ...measured.tokens, dollars: known ? tokenCost(measured, { input, output }) : null },
    wallMs: measured.wallMs,
  };
}

async function main(): Promise<number> {
  let json: boolean;
  try {
    const { values } = parseArgs({
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      out(usage);
      return 0;
    }
    json = values.json;
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)} (--help lists the options)`);
    return 2;
  }
  const found = await cost();
  if (json) out(JSON.stringify(found, null, 2));
  else for (const line of text(found)) out(line);
  // Also for NaN: what has no price meets no goal.
  const met = found.stages.every(({ idle, assessment }) => idle.dollars <= idle.goal && assessment.dollars < assessment.goal);
  return met ? 0 : 1;
}

exitOnSignals();
process.exit(await main());
