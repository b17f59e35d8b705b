/** The local stack with the examples as sources, for assessments one after the other. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report as reportSchema } from '../lib/contract/report.ts';
import type { RunMode } from '../lib/contract/vocabulary.ts';
import { store } from '../lib/runtime/resources.ts';
import { modelUsage } from '../lib/store/model-calls.ts';
import { startAssessment } from '../local/assessment.ts';
import { checkFolder, openSources } from '../local/folder.ts';
import { type Environment, startStack } from '../local/stack.ts';
import type { Example } from './examples.ts';
import type { Ended } from './figures.ts';

export interface Stage {
  /** `as` names the project too, so that no run remembers, or is compared with, what another model left behind. */
  assess(example: Example, mode: RunMode, as: string): Promise<Omit<Ended, 'price'>>;
  stop(): Promise<void>;
}

export async function openStage(
  examples: readonly Example[],
  { environment = {}, timeScale = 1 }: { readonly environment?: Environment; readonly timeScale?: number } = {},
): Promise<Stage> {
  const abort = new AbortController();
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-eval-'));
  const closers: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
    abort.abort();
  };
  try {
    const folders = new Map<string, Folder>();
    for (const { name } of examples) {
      const path = await checkFolder(new URL(`../examples/${name}`, import.meta.url).pathname);
      const { sources } = await openSources(path, abort.signal);
      closers.push(() => Promise.all(sources.map(({ bridge }) => bridge.stop())));
      folders.set(name, { path, sources });
    }
    const all = [...folders.values()].flatMap(({ sources }) => sources);
    const stack = await startStack({
      dataDir,
      timeScale,
      signal: abort.signal,
      loopbackOrigins: () => all.map(({ bridge }) => bridge.origin),
      environment: { LOG_LEVEL: 'silent', REQUESTS_PER_MINUTE: '10000', ...environment },
    });
    closers.push(() => stack.stop());
    const assess: Stage['assess'] = async (example, mode, as) => {
      const folder = folders.get(example.name);
      if (folder === undefined) throw new Error(`the example ${example.name} is not on this stage`);
      const { sources } = folder;
      const path = `${folder.path} as ${as}`;
      const from = performance.now();
      const request = { dataDir, path, sources, framework: example.framework, signal: abort.signal, mode };
      const assessment = await startAssessment(stack, request);
      try {
        // Until its last event, which is sent once the report is there.
        for await (const _ of assessment.events);
        const seconds = (performance.now() - from) / 1000;
        const report = reportSchema.parse(JSON.parse(Buffer.from(await assessment.fetchFile('json')).toString('utf8')));
        const bundle = await assessment.fetchFile('bundle');
        const usage = await (await store()).forRun(assessment.runId, (tx) => modelUsage(tx, assessment.runId));
        return { model: as, example, report, bundle, usage, seconds };
      } finally {
        await assessment.end();
      }
    };
    return { assess, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Folder = { readonly path: string; readonly sources: Awaited<ReturnType<typeof openSources>>['sources'] };
