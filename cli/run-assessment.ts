/** One assessment from the first call to the files on disk: what `assess` and `start` share. */
import { type Report, report as reportSchema } from '../lib/contract/report.ts';
import { type AssessmentRequest, type ModelUsage, startAssessment } from '../local/assessment.ts';
import type { Stack } from '../local/stack.ts';
import type { Format } from './assess-options.ts';
import { noReader } from './output.ts';
import type { ProgressView } from './progress.ts';
import { type ReportFile, writeReport } from './report-folder.ts';

export interface Assessed {
  readonly report: Report;
  /** Of the model; null for a run by checks. */
  readonly usage: ModelUsage | null;
  /** Paths of what was written, the bundle last. */
  readonly files: readonly string[];
}

export async function runAssessment(
  stack: Stack,
  request: AssessmentRequest,
  {
    view,
    formats,
    outDirectory,
  }: { readonly view: ProgressView; readonly formats: readonly Format[]; readonly outDirectory: string },
): Promise<Assessed> {
  const assessment = await startAssessment(stack, request);
  const stopListening = cancelOnInterrupt(assessment.cancel, view.note);
  try {
    for await (const envelope of assessment.events) view.show(envelope);
    // From here on there is nothing to cancel.
    stopListening();
    view.end();
    const fetched: [ReportFile, Uint8Array][] = [];
    for (const file of [...formats, 'bundle'] as const) fetched.push([file, await assessment.fetchFile(file)]);
    const report = reportSchema.parse(JSON.parse(Buffer.from(await assessment.fetchFile('json')).toString('utf8')));
    const files = await writeReport(outDirectory, fetched);
    return { report, files, usage: await assessment.usage() };
  } finally {
    stopListening();
    view.end();
    await assessment.end();
  }
}

/** The first Ctrl-C cancels the run, which still ends in a report, and so does a reader that is gone; the second ends the program. */
function cancelOnInterrupt(cancel: () => Promise<void>, note: (line: string) => void): () => void {
  let asked = false;
  const stop = (): void => {
    asked = true;
    cancel().catch((error: unknown) => note(`could not cancel: ${error instanceof Error ? error.message : String(error)}`));
  };
  const interrupted = (): void => {
    if (asked) process.exit(130);
    note('cancelling; what was collected is still reported (Ctrl-C again to stop at once)');
    stop();
  };
  process.on('SIGINT', interrupted);
  noReader.addEventListener('abort', stop, { once: true });
  if (noReader.aborted) stop();
  return () => {
    process.off('SIGINT', interrupted);
    noReader.removeEventListener('abort', stop);
  };
}
