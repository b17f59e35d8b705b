/**
 * How long a watcher waits: from the last byte of a tool's answer to the frame that tells of it, over a real run with a real
 * WebSocket client, in one process and by one clock. Compared with the round trip of a bare socket in the same process.
 */
import { join } from 'node:path';
import { measureAssessment } from '../assessment/measure.ts';
import { writeRepository } from '../repository/repository.ts';
import { millis, quantile, type Row, type Say, whole } from '../result.ts';

export interface FramesOptions {
  /** Files of the repository that is assessed. */
  readonly size: number;
  readonly folder: string;
  readonly say: Say;
}

export async function framesBenchmark({ size, folder, say }: FramesOptions): Promise<Row[]> {
  say(`frames: a run over ${whole(size)} files`);
  const repository = join(folder, `frames-${size}`);
  await writeRepository(repository, size);
  const { said } = await measureAssessment({ folder: repository, dataDir: join(folder, 'data'), frames: true });
  if (said.frameMs.length < said.toolCalls / 2)
    throw new Error(`only ${said.frameMs.length} of ${said.toolCalls} answers met their frame`);
  return [row('every answer', said.frameMs, said.echoMs), row('last answer of a batch', said.batchMs, said.echoMs)];
}

function row(subject: string, delays: readonly number[], echoes: readonly number[]): Row {
  const shares = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
  const told = (values: readonly number[]): string =>
    Object.entries(shares)
      .map(([name, share]) => `${name} ${millis(quantile(values, share))}`)
      .join(', ');
  const figures = (prefix: string, values: readonly number[]): [string, number][] =>
    Object.entries(shares).map(([name, share]) => [`${prefix}${name}Ms`, quantile(values, share)]);
  return {
    benchmark: 'frames',
    subject: `${subject} (${whole(delays.length)})`,
    result: told(delays),
    baseline: `echo ${told(echoes)}`,
    ratio: median(delays, echoes),
    goal: null,
    figures: Object.fromEntries([...figures('', delays), ...figures('echo-', echoes)]),
  };
}

const median = (of: readonly number[], over: readonly number[]): number => quantile(of, 0.5) / quantile(over, 0.5);
