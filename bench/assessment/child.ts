/**
 * One whole assessment in a process of its own, as `npm run assess` makes it, so that its peak memory is its own:
 * `child.ts <folder> <data folder> <frames: yes or no>`. Answers its parent with one message (protocol.ts).
 */
import { report as reportSchema } from '../../lib/contract/report.ts';
import { type Assessment, startAssessment } from '../../local/assessment.ts';
import { openSources } from '../../local/folder.ts';
import { startStack } from '../../local/stack.ts';
import { type Arrival, delaysOf } from './delays.ts';
import { echoTimes } from './echo.ts';
import { phasesOf } from './phases.ts';
import { type Assessed, ownUsage } from './protocol.ts';
import { watchToolResults } from './tool-results.ts';

const FILES = ['json', 'md', 'html', 'bundle'] as const;
const ECHOES = 1000;
/** A frame of a run is some 300 bytes. */
const ECHO_BYTES = 300;

async function assess(folder: string, dataDir: string, wantsFrames: boolean): Promise<Assessed> {
  const abort = new AbortController();
  const { sources } = await openSources(folder, abort.signal);
  const stack = await startStack({
    dataDir,
    signal: abort.signal,
    loopbackOrigins: () => sources.map(({ bridge }) => bridge.origin),
  });
  const upMs = performance.now();
  try {
    const request = { dataDir, path: folder, sources, framework: 'nist-csf-2.0', signal: abort.signal };
    const results = wantsFrames ? watchToolResults() : null;
    const assessment = await startAssessment(stack, request);
    const arrivals: Arrival[] = [];
    for await (const envelope of assessment.events) arrivals.push({ envelope, at: performance.now() });
    const endedMs = performance.now();
    results?.stop();
    const report = reportSchema.parse(JSON.parse(Buffer.from(await assessment.fetchFile('json')).toString('utf8')));
    const sizes = await fetchSizes(assessment);
    const fetchedMs = performance.now();
    const usage = ownUsage();
    const delays = delaysOf(arrivals, results?.results ?? []);
    const population = report.population.find(({ what }) => what === 'files');
    return {
      upMs,
      endedMs,
      fetchedMs,
      stoppedMs: 0,
      runMs: endedMs - upMs,
      phases: phasesOf(arrivals.map(({ envelope }) => envelope)),
      ...usage,
      outcome: report.run.outcome,
      files: population?.count ?? 0,
      complete: population?.complete ?? false,
      toolCalls: report.counts.toolCalls,
      findings: report.findings.length,
      gaps: report.gaps.map(({ reason }) => reason),
      sizes,
      ...delays,
      echoMs: wantsFrames ? await echoTimes(ECHOES, ECHO_BYTES) : [],
    };
  } finally {
    await stack.stop();
    await Promise.all(sources.map(({ bridge }) => bridge.stop()));
    abort.abort();
  }
}

/** Fetched one after the other and let go, as the command does that writes them to disk. */
async function fetchSizes(assessment: Assessment): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const file of FILES) sizes[file] = (await assessment.fetchFile(file)).byteLength;
  return sizes;
}

const [folder = '', dataDir = '', frames = 'no'] = process.argv.slice(2);
const assessed = await assess(folder, dataDir, frames === 'yes');
process.send?.({ ...assessed, stoppedMs: performance.now() }, () => process.exit(0));
