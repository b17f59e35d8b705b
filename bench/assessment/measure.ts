/** Runs a measured process to its end. */
import { fork } from 'node:child_process';
import type * as z from 'zod';
import { type Assessed, assessed, type BareRead, bareRead } from './protocol.ts';
import { type Usage, watchUsage } from './usage.ts';

export interface Measured<T> {
  readonly said: T;
  /** From the start of the process to its end. */
  readonly wallMs: number;
  /** Of the process and all that it started; null where the platform does not tell. */
  readonly all: Usage | null;
}

export interface AssessmentOptions {
  readonly folder: string;
  readonly dataDir: string;
  readonly frames?: boolean;
}

/** @throws Error when the process ended without an answer, with the last it said. */
export const measureAssessment = ({ folder, dataDir, frames = false }: AssessmentOptions): Promise<Measured<Assessed>> =>
  measure(import.meta.resolve('./child.ts'), [folder, dataDir, frames ? 'yes' : 'no'], assessed);

export const measureBareRead = (folder: string): Promise<Measured<BareRead>> =>
  measure(import.meta.resolve('./bare-child.ts'), [folder], bareRead);

async function measure<T>(file: string, args: readonly string[], answer: z.ZodType<T>): Promise<Measured<T>> {
  const from = performance.now();
  const child = fork(new URL(file), args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: environment() });
  const usage = watchUsage(child.pid ?? 0);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk).slice(-4000)));
  let message: unknown = null;
  child.on('message', (said) => (message = said));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  const wallMs = performance.now() - from;
  const all = await usage.stop();
  if (message === null) throw new Error(`${file} ended with ${code} and no answer: ${output.trim()}`);
  return { said: answer.parse(message), wallMs, all };
}

/** Nothing of the shell but what is needed: a setting there must not change a figure. `NODE_OPTIONS` is how one takes a profile. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_OPTIONS } = process.env;
  return { PATH, HOME, ...(NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS }) };
}
