/** One assessment from the first call to the files on disk: what `assess` and `start` share. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, report as reportSchema } from '../lib/contract/report.ts';
import { type AssessmentRequest, startAssessment } from '../local/assessment.ts';
import type { Stack } from '../local/stack.ts';
import type { Format } from './assess-options.ts';
import type { ProgressView } from './progress.ts';

export interface Assessed {
  readonly report: Report;
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
  } finally {
    stopListening();
    view.end();
  }
  const report = reportSchema.parse(JSON.parse(Buffer.from(await assessment.fetchFile('json')).toString('utf8')));
  await mkdir(outDirectory, { recursive: true });
  const files: string[] = [];
  for (const format of [...formats, 'bundle'] as const) {
    const file = join(outDirectory, format === 'bundle' ? 'bundle.zip' : `report.${format}`);
    await place(file, await assessment.fetchFile(format));
    files.push(file);
  }
  return { report, files };
}

/** Whole or not at all: a reader never finds half a report. */
async function place(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${file}.part`, bytes);
  await rename(`${file}.part`, file);
}

/** The first Ctrl-C cancels the run, which still ends in a report; the second ends the program. */
function cancelOnInterrupt(cancel: () => Promise<void>, note: (line: string) => void): () => void {
  let asked = false;
  const interrupted = (): void => {
    if (asked) process.exit(130);
    asked = true;
    note('cancelling; what was collected is still reported (Ctrl-C again to stop at once)');
    cancel().catch((error: unknown) => note(`could not cancel: ${error instanceof Error ? error.message : String(error)}`));
  };
  process.on('SIGINT', interrupted);
  return () => void process.off('SIGINT', interrupted);
}
