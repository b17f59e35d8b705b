import { basename, resolve } from 'node:path';
import { frameworkById, frameworks } from '../lib/frameworks/index.ts';
import { BadFolder, checkFolder, openSources } from '../local/folder.ts';
import { dataDirectory } from '../local/paths.ts';
import { loadDotEnv, startStack } from '../local/stack.ts';
import { type AssessOptions, assessUsage, parseAssessArgs } from './assess-options.ts';
import { exitCodes, gate } from './exit-codes.ts';
import { chooseModel } from './model-choice.ts';
import { isFancy, out, say } from './output.ts';
import { openProgressView } from './progress.ts';
import { BadReportFolder, prepareReportFolder } from './report-folder.ts';
import { runAssessment } from './run-assessment.ts';
import { exitOnSignals } from './signals.ts';
import { summaryLines, usageLine } from './summary.ts';

async function assess(options: AssessOptions): Promise<number> {
  const framework = frameworkById(options.framework);
  if (framework === undefined) {
    say(`unknown framework '${options.framework}': choose from ${frameworks.map(({ id }) => id).join(', ')}`);
    return exitCodes.usage;
  }
  loadDotEnv();
  const choice = chooseModel(options.model, process.env);
  if ('problem' in choice) {
    say(choice.problem);
    return exitCodes.usage;
  }
  // Paths are meant from where npm was called, not from the project's own folder.
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const path = await checkFolder(resolve(from, options.directory));
  const outDirectory = resolve(from, options.outDirectory);
  await prepareReportFolder(outDirectory, path);

  const abort = new AbortController();
  const view = openProgressView({ title: `${basename(path)}  ${framework.title}`, json: options.json, quiet: options.quiet });
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const { sources, notes } = await openSources(path, abort.signal);
    closers.push(
      ...sources.map(
        ({ bridge }) =>
          () =>
            bridge.stop(),
      ),
    );
    const stack = await startStack({
      dataDir: dataDirectory,
      signal: abort.signal,
      loopbackOrigins: () => sources.map(({ bridge }) => bridge.origin),
      onProgress: view.preparing,
      ...(choice.model === null ? {} : { environment: { OPENAI_MODEL: choice.model } }),
    });
    closers.unshift(() => stack.stop());
    for (const note of notes) view.note(note);
    const { mode } = choice;
    const request = { dataDir: dataDirectory, path, sources, framework: framework.id, mode, signal: abort.signal };
    const { report, usage, files } = await runAssessment(stack, request, { view, formats: options.formats, outDirectory });
    const verdict = gate(report, options);
    if (!options.quiet && !options.json) {
      for (const line of summaryLines(report, isFancy(process.stdout))) out(line);
      if (usage !== null) out(usageLine(usage));
      out(`\nReport: ${files.join('\n        ')}`);
    }
    if (verdict.why !== null) say(verdict.why);
    return verdict.code;
  } finally {
    view.end();
    for (const close of closers) await close();
    abort.abort();
  }
}

async function main(): Promise<number> {
  const options = parseAssessArgs(process.argv.slice(2));
  if ('help' in options) {
    out(assessUsage);
    return exitCodes.done;
  }
  if ('problem' in options) {
    say(`${options.problem} (--help lists the options)`);
    return exitCodes.usage;
  }
  try {
    return await assess(options);
  } catch (error) {
    if (
      error instanceof BadFolder ||
      error instanceof BadReportFolder ||
      (error instanceof Error && error.name === 'BadEnvironment')
    ) {
      say(error.message);
      return exitCodes.usage;
    }
    say(
      `the assessment could not be made: ${error instanceof Error ? error.message : String(error)} (npm run doctor says what is missing)`,
    );
    return exitCodes.failed;
  }
}

exitOnSignals();
process.exit(await main());
