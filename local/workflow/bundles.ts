/** Bundles of functions as they are deployed, built once and kept until a source changes. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as z from 'zod';
import { bundleSettings, entryOf } from '../../infra/bundling.ts';

export interface Bundle {
  readonly functionPath: string;
  readonly file: string;
  /** Of the code and of the files that it reads beside itself; its source map is not counted. */
  readonly bytes: number;
  /** The project's own modules that are in it, by path: what tree shaking left. */
  readonly modules: readonly string[];
  /** The packages that have code in it. */
  readonly packages: readonly string[];
}

const settings = createHash('sha256').update(JSON.stringify(bundleSettings)).digest('hex').slice(0, 16);

const record = z.object({
  /** Bundled otherwise than now, it is no longer what is deployed. */
  settings: z.literal(settings),
  file: z.string(),
  bytes: z.number(),
  modules: z.array(z.string()),
  packages: z.array(z.string()),
  inputs: z.array(z.object({ path: z.string(), size: z.number(), mtimeMs: z.number() })),
});

export interface BundleOptions {
  readonly root: string;
  readonly functionPaths: readonly string[];
}

/** Throws esbuild's BuildFailure, which names file and line. */
export async function bundleFunctions({ root, functionPaths }: BundleOptions): Promise<readonly Bundle[]> {
  const cache = join(root, 'node_modules', '.cache', 'assay', 'bundles');
  await mkdir(cache, { recursive: true });
  const kept = await Promise.all(functionPaths.map((functionPath) => fresh(root, cache, functionPath)));
  const missing = functionPaths.filter((_, index) => kept[index] === null);
  const built = missing.length === 0 ? [] : await buildAll(root, cache, missing);
  if (built.length > 0) await prune(cache);
  return [...kept.filter((bundle) => bundle !== null), ...built];
}

const recordFile = (cache: string, functionPath: string): string => join(cache, `${functionPath.replaceAll('/', '-')}.json`);

/** The kept bundle, unless one of its inputs has another size or time. */
async function fresh(root: string, cache: string, functionPath: string): Promise<Bundle | null> {
  try {
    const { inputs, settings: _, ...bundle } = record.parse(JSON.parse(await readFile(recordFile(cache, functionPath), 'utf8')));
    const now = await Promise.all(inputs.map(({ path }) => stat(join(root, path))));
    if (inputs.some(({ size, mtimeMs }, index) => now[index]?.size !== size || now[index].mtimeMs !== mtimeMs)) return null;
    await stat(bundle.file);
    return { functionPath, ...bundle };
  } catch {
    return null;
  }
}

async function buildAll(root: string, cache: string, functionPaths: readonly string[]): Promise<Bundle[]> {
  const outdir = join(cache, createHash('sha256').update(`${settings}${process.pid}${Date.now()}`).digest('hex').slice(0, 16));
  const { metafile } = await build({
    ...bundleSettings,
    absWorkingDir: root,
    entryPoints: functionPaths.map((path) => ({ in: entryOf(path), out: path })),
    outdir,
    metafile: true,
  });
  return Promise.all(
    functionPaths.map(async (functionPath) => {
      const file = join(outdir, `${functionPath}.mjs`);
      const output = Object.entries(metafile.outputs).find(([name]) => join(root, name) === file)?.[1];
      const paths = Object.keys(output?.inputs ?? {}).filter((path) => !path.startsWith('<') && !path.includes(':'));
      const inputs = await Promise.all(
        paths.map(async (path) => {
          const { size, mtimeMs } = await stat(join(root, path));
          return { path, size, mtimeMs };
        }),
      );
      const kept = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
      const modules = kept.map(([path]) => path).filter((path) => /^(functions|lib|prisma)\//.test(path));
      const packages = [...new Set(kept.flatMap(([path]) => packageOf(path) ?? []))];
      const beside = (output?.imports ?? []).filter(({ kind }) => kind === 'file-loader');
      const files = [...new Set(beside.map(({ path }) => path))];
      const bytes = files.reduce((sum, path) => sum + (metafile.outputs[path]?.bytes ?? 0), output?.bytes ?? 0);
      const bundle = { file, bytes, modules, packages };
      const target = recordFile(cache, functionPath);
      // Renamed into place: another process may be reading.
      await writeFile(`${target}.${process.pid}`, JSON.stringify({ settings, ...bundle, inputs }));
      await rename(`${target}.${process.pid}`, target);
      return { functionPath, ...bundle };
    }),
  );
}

/** `node_modules/@babel/parser/lib/index.js` to `@babel/parser`; the innermost, where packages lie in one another. */
const packageOf = (path: string): string | undefined => /.*node_modules\/((?:@[^/]+\/)?[^./][^/]*)\//.exec(path)?.[1];

/** Folders that no record names and that nobody has used for an hour: every rebuild leaves some 80 MB behind. */
async function prune(cache: string): Promise<void> {
  const entries = await readdir(cache, { withFileTypes: true });
  const records = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json'));
  const named = (await Promise.all(records.map(({ name }) => readFile(join(cache, name), 'utf8').catch(() => '')))).join('\n');
  for (const { name } of entries.filter((entry) => entry.isDirectory() && !named.includes(entry.name))) {
    const folder = join(cache, name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > 3_600_000) await rm(folder, { recursive: true, force: true });
  }
}
