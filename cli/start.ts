import { once } from 'node:events';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { frameworkById } from '../lib/frameworks/index.ts';
import { checkFolder, openSources } from '../local/folder.ts';
import { dataDirectory } from '../local/paths.ts';
import { serveReport } from '../local/report-page.ts';
import { loadDotEnv, startStack } from '../local/stack.ts';
import { formats } from './assess-options.ts';
import { exitCodes, gate } from './exit-codes.ts';
import { chooseModel } from './model-choice.ts';
import { isFancy, out, say } from './output.ts';
import { openProgressView } from './progress.ts';
import { BadReportFolder, prepareReportFolder } from './report-folder.ts';
import { runAssessment } from './run-assessment.ts';
import { exitOnSignals } from './signals.ts';
import { summaryLines, usageLine } from './summary.ts';

const usage = `Usage: npm start [-- --once]

Starts everything on this machine (PostgreSQL, Redis, state machines, API), assesses the sample repository in
examples/acme-shop, and stays up for the API and the report.

  --once     exit after the report
  --help     this text`;

const sample = resolve(import.meta.dirname, '..', 'examples', 'acme-shop');

async function start(isOnce: boolean): Promise<number> {
  const abort = new AbortController();
  const path = await checkFolder(sample);
  const framework = frameworkById('nist-csf-2.0');
  if (framework === undefined) throw new Error('the default framework is missing');
  loadDotEnv();
  const choice = chooseModel(null, process.env);
  if ('problem' in choice) throw new Error(choice.problem);
  const view = openProgressView({ title: `examples/acme-shop  ${framework.title}`, json: false, quiet: false });
  const outDirectory = resolve(process.env['INIT_CWD'] ?? '.', 'assay-report');
  const closers: (() => Promise<unknown>)[] = [];
  try {
    await prepareReportFolder(outDirectory, path);
    const { sources } = await openSources(path, abort.signal);
    closers.push(...sources.map(({ bridge }) => bridge.stop));
    const stack = await startStack({
      dataDir: dataDirectory,
      signal: abort.signal,
      loopbackOrigins: () => sources.map(({ bridge }) => bridge.origin),
      onProgress: view.preparing,
    });
    closers.unshift(stack.stop);
    const request = { dataDir: dataDirectory, path, sources, framework: framework.id, mode: choice.mode, signal: abort.signal };
    const { report, usage, files } = await runAssessment(stack, request, { view, formats, outDirectory });
    for (const line of summaryLines(report, isFancy(process.stdout))) out(line);
    if (usage !== null) out(usageLine(usage));
    out(choice.model === null ? '\nMode: checks alone (no model is configured)' : `\nMode: checks and the model ${choice.model}`);
    out(`\nReport: ${files.join('\n        ')}`);
    out('Check it offline: npm run verify -- assay-report/bundle.zip');
    const verdict = gate(report, { failOn: null, minCoverage: null, allowPartial: false });
    if (verdict.why !== null) say(verdict.why);
    if (isOnce) return verdict.code;
    const page = await serveReport(outDirectory);
    out(
      `\nReport in a browser  ${page.url}\nAPI                  ${stack.api.url} (openapi.json describes it)\nEvent stream         ${stack.api.webSocketUrl}`,
    );
    out('\nCtrl-C stops everything.');
    await once(process, 'SIGINT');
    await page.stop();
    return exitCodes.done;
  } finally {
    view.end();
    for (const close of closers) await close();
    abort.abort();
  }
}

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({
      options: { once: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help) {
      out(usage);
      return exitCodes.done;
    }
    return await start(values.once);
  } catch (error) {
    if (error instanceof BadReportFolder) {
      say(error.message);
      return exitCodes.usage;
    }
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    say(isUsage ? `${message} (--help lists the options)` : `the start failed: ${message} (npm run doctor says what is missing)`);
    return isUsage ? exitCodes.usage : exitCodes.failed;
  }
}

exitOnSignals();
process.exit(await main());
