/** Size and import time of functions, bundled as they are deployed. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundleSettings } from '../../infra/bundling.ts';
import { bundleFunctions } from '../../local/workflow/bundles.ts';
import { loadMachines } from '../../local/workflow/definitions.ts';
import { median } from '../result.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Bundled {
  /** `tasks/plan`; empty for the empty function. */
  readonly path: string;
  readonly usesDatabase: boolean;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Median of several fresh processes. */
  readonly importMs: number;
}

export interface ImportsOptions {
  /** Fresh processes a bundle. */
  readonly times: number;
  /** All of the template unless given. */
  readonly functionPaths?: readonly string[];
}

/** The empty function first, then each function by path. */
export async function measureImports({ times, functionPaths }: ImportsOptions): Promise<Bundled[]> {
  const paths = functionPaths ?? (await loadMachines()).functions.map(({ path }) => path);
  const bundles = await bundleFunctions({ root, functionPaths: paths });
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  try {
    const files = [
      { path: '', file: await emptyFunction(folder), modules: [], bytes: null },
      ...bundles.map(({ functionPath, file, modules, bytes }) => ({ path: functionPath, file, modules, bytes })),
    ];
    const found: Bundled[] = [];
    // One at a time: two at once would measure each other.
    for (const { path, file, modules, bytes } of files.sort((a, b) => (a.path < b.path ? -1 : 1))) {
      const [{ size }, content] = await Promise.all([stat(file), readFile(file)]);
      // What lies beside the code is compressed already.
      const beside = (bytes ?? size) - size;
      const usesDatabase = modules.some((name) => name === 'lib/store/store.ts');
      const importMs = await importTime(file, times);
      found.push({ path, usesDatabase, bytes: size + beside, gzipBytes: gzipSync(content).byteLength + beside, importMs });
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function emptyFunction(folder: string): Promise<string> {
  const source = join(folder, 'empty.ts');
  await writeFile(source, 'export const handler = async (): Promise<void> => {};\n');
  await build({ ...bundleSettings, entryPoints: [source], outdir: folder });
  return join(folder, 'empty.mjs');
}

async function importTime(file: string, times: number): Promise<number> {
  const child = fileURLToPath(import.meta.resolve('./child.ts'));
  const took: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, [child, file], { env: {} });
    took.push(Number(stdout));
  }
  return median(took);
}
